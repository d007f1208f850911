import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

/** Where node-pg-migrate keeps what it has applied. Functions look here before they call themselves ready. */
const MIGRATIONS_TABLE = 'schema_migrations';

/** PostgreSQL this schema is written for: `uuidv7()` and `returning old` came with 18. */
const MINIMUM_VERSION = 180_000;

/**
 * Brings a database up to the newest schema; forward only. Safe when several run at once: an advisory lock lets the
 * first one work and the others wait. Answers the names of the migrations it applied.
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'migrate' });
  await client.connect();
  try {
    await requireVersion(client);
    const applied = await runner({
      dbClient: client,
      dir: fileURLToPath(new URL('.', import.meta.url)),
      ignorePattern: '(?!\\d{4}_\\w+\\.sql$).*',
      migrationsTable: MIGRATIONS_TABLE,
      direction: 'up',
      checkOrder: true,
      singleTransaction: true,
      advisoryLockMode: 'wait',
      log: () => {},
    });
    return applied.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  const version = rows[0]?.version ?? 0;
  if (version < MINIMUM_VERSION)
    throw new Error(`PostgreSQL 18 or newer is needed, this one is ${Math.floor(version / 10_000)}`);
}
