import { afterAll, describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../local/gateway.ts';
import { cloneDatabase } from '../support/database.ts';
import { makeSecrets, PUBLIC_URL } from '../support/product.ts';

const BODIES: Readonly<Record<string, [string, Record<string, string>][]>> = {
  'generate-password': [['/', { login: 'alice' }]],
  'reveal-password': [
    ['/', { token: 'unknown' }],
    ['/report-theft', { token: 'unknown' }],
  ],
  'generate-2fa': [['/', { ticket: 'unknown' }]],
  authenticate: [['/', { login: 'alice', password: 'wrong', code: '000000' }]],
  rotate: [
    ['/', { ticket: 'unknown' }],
    ['/', { login: 'alice', password: 'wrong', code: '000000' }],
  ],
};

const environment = { SECRETS_DIR: makeSecrets(), PUBLIC_URL, LOG_LEVEL: 'silent' };

async function buildWith(name: string, databaseUrl: string) {
  const build = FUNCTIONS[name];
  if (build === undefined) throw new Error(`no function ${name}`);
  const { app } = await build({ ...environment, DATABASE_URL: databaseUrl });
  afterAll(() => app.close());
  return app;
}

describe.each(Object.keys(FUNCTIONS))('%s without a database', async (name) => {
  const app = await buildWith(name, 'postgres://postgres:hunter2@127.0.0.1:1/none');

  it('is alive and not ready', async () => {
    expect((await app.inject('/_/health')).json()).toEqual({ status: 'ok' });
    const ready = await app.inject('/_/ready');
    expect(ready.statusCode).toBe(503);
    expect(ready.headers['cache-control']).toBe('no-store');
    expect(ready.json()).toEqual({ status: 'database_unavailable' });
  });

  it.each(BODIES[name] ?? [])('answers 503 `unavailable` and when to come back: POST %s %j', async (url, payload) => {
    const answer = await app.inject({ method: 'POST', url, payload });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers).toMatchObject({
      'retry-after': expect.stringMatching(/^[1-9]\d*$/),
      'cache-control': 'no-store',
    });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json\b/);
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.body).not.toMatch(/ECONN|127\.0\.0\.1|hunter2|postgres/);
  });

  it('still says what is wrong with a request', async () => {
    const answer = await app.inject({ method: 'POST', url: '/', payload: {} });
    expect(answer.json()).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe.each(Object.keys(FUNCTIONS))('%s with a database nobody migrated', async (name) => {
  const empty = await cloneDatabase('template0');
  const app = await buildWith(name, empty.url);

  it('is alive and not ready', async () => {
    expect((await app.inject('/_/health')).statusCode).toBe(200);
    const ready = await app.inject('/_/ready');
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'not_migrated' }]);
  });

  it.each(BODIES[name] ?? [])('shows nothing of it: POST %s %j', async (url, payload) => {
    const answer = await app.inject({ method: 'POST', url, payload });
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal_error' });
    expect(answer.body).not.toMatch(/relation|select|insert|reserve_attempt|\bat .*:\d+/i);
  });
});
