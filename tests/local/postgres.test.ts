import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { newKey } from '../../functions/shared/crypto/new-keys.ts';
import { startPostgres } from '../../local/postgres.ts';

const directory = mkdtempSync(join(tmpdir(), 'credentials-postgres-'));
const password = newKey();
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

describe('the embedded PostgreSQL', () => {
  it('starts, is found running by a second start, and keeps its data over a stop', async () => {
    const first = await startPostgres({ directory, password, settings: ['fsync=off'] });
    await ask(first.url('postgres'), 'create table kept (n int)');
    const second = await startPostgres({ directory, password });
    expect(second.url('postgres')).toBe(first.url('postgres'));
    await second.stop();
    const again = await startPostgres({ directory, password, settings: ['fsync=off'] });
    expect(await ask(again.url('postgres'), 'select count(*)::int from kept')).toBe(0);
    expect(await ask(again.url('postgres'), `select current_setting('server_version_num')::int / 10000`)).toBe(18);
    const wrong = again.url('postgres').replace(encodeURIComponent(password), 'not-the-password');
    await expect(ask(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
    await again.stop();
  });
});
