import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, inject } from 'vitest';

export type Row = Record<string, unknown>;

/** A database of this test file's own, with a clock that stands still until it is moved. */
export type TestDatabase = {
  readonly url: string;
  readonly query: (sql: string, values?: unknown[]) => Promise<Row[]>;
  /** The instant the database believes it is, in seconds since 1970. */
  readonly now: () => Promise<number>;
  /** Moves the clock by an interval such as `30 seconds` or `6 months`. */
  readonly advance: (interval: string) => Promise<void>;
  readonly setClock: (instant: string) => Promise<void>;
};

/** Clones the template and drops the clone after the file's tests. */
export async function cloneDatabase(template = 'template_credentials'): Promise<TestDatabase> {
  const maintenance = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await once(maintenance, `create database ${name} template ${template}`);
  const url = maintenance.replace(/\/postgres$/, `/${name}`);
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on('error', () => {});
  afterAll(async () => {
    await pool.end();
    await once(maintenance, `drop database ${name} with (force)`);
  });
  const query = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows as Row[];
  return {
    url,
    query,
    now: async () => Number((await query('select extract(epoch from clock()) as now'))[0]?.['now']),
    advance: async (interval) =>
      void (await query('update test_clock set instant = instant + $1::interval', [interval])),
    setClock: async (instant) => void (await query('update test_clock set instant = $1', [instant])),
  };
}

async function once(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Two files may clone at once; a template that is being copied refuses the second for a moment.
    await client.query('select pg_advisory_lock(1)');
    await client.query(sql);
  } finally {
    await client.end();
  }
}
