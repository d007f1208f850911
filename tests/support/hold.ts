import pg from 'pg';
import type { TestDatabase } from './database.ts';

/** A lock on rows that stops whoever needs them in the middle of what they do. */
export type Hold = {
  /** Resolves once somebody waits for the lock: the point in the middle of the flow is reached. */
  readonly reached: () => Promise<void>;
  readonly release: () => Promise<void>;
};

/** Locks the rows a `select … for update` finds, until released. */
export async function hold(db: TestDatabase, select: string): Promise<Hold> {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  await client.query('begin');
  await client.query(select);
  return {
    reached: async () => {
      for (;;) {
        const waiting = await db.query(
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        if (waiting.length > 0) return;
      }
    },
    release: async () => {
      await client.query('commit');
      await client.end();
    },
  };
}

/** Resolves once no function has a transaction open on the database any more. */
export async function settled(db: TestDatabase): Promise<void> {
  for (;;) {
    const [open] = await db.query(
      `select count(*)::int as open from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`,
    );
    if (open?.['open'] === 0) return;
  }
}
