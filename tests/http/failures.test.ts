import { describe, expect, it } from 'vitest';
import { createPool, inTransaction, touchedOne } from '../../functions/shared/db/pool.ts';
import { isDatabaseAway } from '../../functions/shared/db/unavailable.ts';
import { createApp } from '../../functions/shared/http/app.ts';
import { cloneDatabase } from '../support/database.ts';

const db = await cloneDatabase();
const failure = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

describe('which errors mean that the database is away for a moment', () => {
  it.each([
    failure('connect ECONNREFUSED', 'ECONNREFUSED'),
    failure('getaddrinfo EAI_AGAIN', 'EAI_AGAIN'),
    failure('terminating connection', '57P01'),
    failure('statement timeout', '57014'),
    failure('too many clients', '53300'),
    failure('disk full', '53100'),
    failure('deadlock detected', '40P01'),
    failure('connection failure', '08006'),
    failure('read-only transaction', '25006'),
    failure('Connection terminated unexpectedly'),
    failure('timeout exceeded when trying to connect'),
    failure('Query read timeout'),
    new AggregateError([failure('x', 'ECONNREFUSED'), failure('y', 'ECONNREFUSED')]),
  ])('%s does', (error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  it.each([
    failure('duplicate key', '23505'),
    failure('syntax error', '42601'),
    failure('x is not a function'),
    Object.assign(new Error('odd'), { code: 42 }),
    new AggregateError([failure('mine')]),
    'a text',
    null,
  ])('%s does not', (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});

describe('a transaction', () => {
  it('leaves nothing behind when the work throws', async () => {
    const pool = createPool(db.url, 'test');
    const work = inTransaction(pool, async (tx) => {
      await tx.query(`insert into accounts (login) values ('half.done')`);
      throw new Error('on purpose');
    });
    await expect(work).rejects.toThrow('on purpose');
    expect(await db.query(`select 1 from accounts where login = 'half.done'`)).toEqual([]);
    await pool.end();
  });

  it('throws its connection away when it breaks, and the pool goes on', async () => {
    const pool = createPool(db.url, 'test');
    const work = inTransaction(pool, (tx) => tx.query('select pg_terminate_backend(pg_backend_pid())'));
    await expect(work).rejects.toSatisfy(isDatabaseAway);
    expect(await inTransaction(pool, async (tx) => (await tx.query('select 1 as one')).rows)).toEqual([{ one: 1 }]);
    await pool.end();
  });

  it('does not take several rows for one', async () => {
    const result = async (sql: string) => {
      const pool = createPool(db.url, 'test');
      const answer = await pool.query(sql);
      await pool.end();
      return answer;
    };
    expect(touchedOne(await result('select 1 where false'))).toBe(false);
    expect(touchedOne(await result('select 1'))).toBe(true);
    const two = await result('select generate_series(1, 2)');
    expect(() => touchedOne(two)).toThrow('several rows');
    expect(touchedOne({ ...two, rowCount: null })).toBe(false);
  });
});

describe('what a client learns of a failure of ours', () => {
  async function answerTo(error: unknown) {
    const pool = createPool(db.url, 'test');
    const { app } = createApp('failing', pool, { LOG_LEVEL: 'silent' });
    app.get('/fails', async () => {
      throw error;
    });
    const reply = await app.inject('/fails');
    await app.close();
    return { status: reply.statusCode, headers: reply.headers, body: reply.json() };
  }

  it('is that it happened, and nothing else', async () => {
    const secret = 'password=hunter2 at select * from accounts';
    for (const error of [
      new Error(secret),
      failure(secret, '23505'),
      Object.assign(new Error(secret), { statusCode: 200 }),
    ]) {
      const { status, body } = await answerTo(error);
      expect(status).toBe(500);
      expect(body.code).toBe('internal_error');
      expect(JSON.stringify(body)).not.toContain('hunter2');
    }
  });

  it('is when to come back, if the database is away', async () => {
    const { status, headers, body } = await answerTo(failure('secret host refused', 'ECONNREFUSED'));
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('2');
    expect(body.code).toBe('unavailable');
    expect(JSON.stringify(body)).not.toContain('secret host');
  });
});
