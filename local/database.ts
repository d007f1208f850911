import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from './postgres.ts';

/** The database the local stack uses, and how to let go of it. */
export type LocalDatabase = { readonly url: string; readonly stop: () => Promise<void> };

/** `DATABASE_URL` when it is set; otherwise an embedded PostgreSQL whose data lives in `dataDir`. */
export async function startDatabase(dataDir: string): Promise<LocalDatabase> {
  const own = process.env['DATABASE_URL'];
  if (own) return { url: own, stop: async () => {} };
  const password = readFileSync(join(dataDir, 'secrets', 'postgres-password'), 'utf8');
  const postgres = await startPostgres({ directory: join(dataDir, 'postgres'), password });
  return { url: postgres.url('postgres'), stop: postgres.stop };
}
