import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from './postgres.ts';

/** The database the local stack uses, and how to let go of it. */
export type LocalDatabase = { readonly url: string; readonly stop: () => Promise<void> };

/** `DATABASE_URL` when it is set; otherwise an embedded PostgreSQL whose data lives in `dataDir`. */
export async function startDatabase(dataDir: string): Promise<LocalDatabase> {
  const own = process.env['DATABASE_URL'];
  if (own) return { url: own, stop: async () => {} };
  const password = readFileSync(join(dataDir, 'secrets', 'postgres-password'), 'utf8');
  const postgres = await startPostgres({ directory: join(dataDir, 'postgres'), password });
  const url = postgres.url('postgres');
  const claim = await claimData(url, dataDir);
  return {
    url,
    stop: async () => {
      await claim.end();
      await postgres.stop();
    },
  };
}

/**
 * Holds a lock in the database for as long as this process lives. The server may have been found running: left behind
 * by a crash, which is fine, or in use by another start, whose data must be left alone.
 */
async function claimData(url: string, dataDir: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'local-stack' });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query<{ claimed: boolean }>(
    "select pg_try_advisory_lock(hashtext('local-stack')) as claimed",
  );
  if (rows[0]?.claimed) return client;
  await client.end();
  throw new Error(`${dataDir} is in use by another start. Set DATA_DIR to use another directory.`);
}
