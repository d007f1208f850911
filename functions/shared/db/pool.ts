import pg from 'pg';

/** A pool or one of its clients inside a transaction: whatever can run a statement. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

export type Pool = pg.Pool;

/** Connections a function process opens at most. Small: PostgreSQL shares its processors with nobody faster. */
const MAX_CONNECTIONS = 10;

/**
 * A bounded pool. Nothing waits for ever: a connection, a statement and an idle transaction each have their limit,
 * and pass it on as an error that is answered with 503. Times in milliseconds.
 */
export function createPool(databaseUrl: string, name: string): Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: name,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: 2_000,
    query_timeout: 5_000,
    statement_timeout: 4_000,
    idle_in_transaction_session_timeout: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  // A connection can die while idle or between two statements of a transaction. The pool replaces it and the next
  // statement fails; without a listener on both, the event would end the process instead (A19).
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** Runs `work` in one transaction: committed when it returns, rolled back when it throws. */
export async function inTransaction<T>(pool: Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** A row count that must be 0 or 1: whether the guarded statement found its row. */
export function touchedOne(result: pg.QueryResult): boolean {
  if ((result.rowCount ?? 0) > 1) throw new Error('a guarded statement touched several rows');
  return result.rowCount === 1;
}
