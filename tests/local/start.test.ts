import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postJson, type Running, run } from '../support/processes.ts';

/** `npm start` as it is, without npm around it: real clock, embedded PostgreSQL, page and functions on one port. */
const dataDir = mkdtempSync(join(tmpdir(), 'credentials-start-'));
const elsewhere = mkdtempSync(join(tmpdir(), 'credentials-start-'));
let port = 0;
let stack: Running;
const settings = () => ({ PORT: String(port), DATA_DIR: dataDir, CREDENTIAL_LIFETIME: 'PT1H' });
const start = (more: Record<string, string> = {}) => run('local/start.ts', { ...settings(), ...more }, /^Ready on /);
const send = (name: string, body: unknown) => postJson(`http://localhost:${port}/function/${name}`, body);
const codeNow = (secret: string, steps = 0) => generateSync({ secret, epoch: Date.now() / 1000 + steps * 30 });

beforeAll(async () => {
  port = await new Promise<number>((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
  stack = await start();
});
afterAll(async () => {
  await stack.kill('SIGTERM');
  for (const directory of [dataDir, elsewhere]) rmSync(directory, { recursive: true, force: true });
});

describe('the local stack', () => {
  it('says where it is ready', () => {
    expect(stack.output()).toContain(`Ready on http://localhost:${port}`);
  });

  it('carries a person from enrolment to login, and keeps account and keys over a restart', async () => {
    const enrolment = await send('generate-password', { login: 'alice' });
    expect(enrolment.body.passwordQr.url).toMatch(new RegExp(`^http://localhost:${port}/reveal#`));
    const revealed = await send('reveal-password', { token: enrolment.body.passwordQr.url.split('#')[1] });
    const factor = await send('generate-2fa', { ticket: enrolment.body.enrolmentTicket });
    const credentials = { login: 'alice', password: revealed.body.password };
    const activated = await send('authenticate', { ...credentials, code: codeNow(factor.body.secret, -1) });
    expect(activated).toMatchObject({ status: 200, body: { activated: true } });
    const keys = await (await fetch(`http://localhost:${port}/function/authenticate/.well-known/jwks.json`)).json();

    expect(await stack.kill('SIGTERM')).toBe(0);
    stack = await start();
    expect(await (await fetch(`http://localhost:${port}/function/authenticate/.well-known/jwks.json`)).json()).toEqual(
      keys,
    );
    const again = await send('authenticate', { ...credentials, code: codeNow(factor.body.secret, 1) });
    expect(again).toMatchObject({ status: 200, body: { activated: false } });
  });

  it('keeps its keys to itself', () => {
    expect(statSync(join(dataDir, 'secrets')).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'secrets', 'keyring')).mode & 0o777).toBe(0o600);
  });

  it('serves the page beside the functions, and nothing else', async () => {
    const page = await fetch(`http://localhost:${port}/`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect((await fetch(`http://localhost:${port}/function/unknown`)).status).toBe(404);
    expect((await fetch(`http://localhost:${port}/.local/secrets/keyring`)).status).toBe(404);
  });

  it.each([
    [{}, /EADDRINUSE|already in use/],
    [{ PORT: 'eighty' }, /^PORT is not a port number$/],
    [{ PORT: '0' }, /is in use by another start\. Set DATA_DIR/],
    [
      { PORT: '0', DATA_DIR: elsewhere, CREDENTIAL_LIFETIME: '6 months' },
      /^CREDENTIAL_LIFETIME is not an ISO 8601 duration/,
    ],
  ])('says in one line why it does not start: %j', async (more, reason) => {
    const failure = await start(more as Record<string, string>).catch((error: Error) => error.message);
    const said = String(failure)
      .replace(/^.* ended before it was ready: /, '')
      .trim();
    expect(said).toMatch(reason);
    expect(said.split('\n')).toHaveLength(1);
    expect((await fetch(`http://localhost:${port}/function/rotate/_/ready`)).status).toBe(200);
  });
});
