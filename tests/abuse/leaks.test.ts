import { beforeAll, describe, expect, it } from 'vitest';
import { codeOf, tokenOf } from '../support/person.ts';
import { type FunctionProcess, postJson, runFunction } from '../support/processes.ts';
import { startProduct } from '../support/product.ts';

const product = await startProduct();

/** A secret in every encoding somebody could find it in. */
function encodings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const reversed = [...secret].reverse().join('');
  const texts = [
    secret,
    reversed,
    bytes.toString('hex'),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    encodeURIComponent(secret),
  ];
  if (/^[A-Z2-7]{32}$/.test(secret))
    texts.push(base32Bytes(secret).toString('hex'), base32Bytes(secret).toString('base64'));
  if (/^[\w-]{43}$/.test(secret)) texts.push(Buffer.from(secret, 'base64url').toString('hex'));
  return texts.map((text) => text.toLowerCase());
}

function base32Bytes(text: string): Buffer {
  const bits = [...text]
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Every row of every table as text, as a dump holds it. */
async function dump(): Promise<string> {
  const tables = await product.db.query(`select tablename from pg_tables where schemaname = 'public'`);
  const parts: string[] = [];
  for (const { tablename } of tables) {
    const rows = await product.db.query(`select t::text as row from "${tablename}" t`);
    parts.push(...rows.map(({ row }) => String(row)));
  }
  return parts.join('\n').toLowerCase();
}

describe('a dump and the logs leak (A16)', () => {
  const names = ['generate-password', 'reveal-password', 'generate-2fa', 'authenticate', 'rotate'];
  const functions = new Map<string, FunctionProcess>();
  const secrets = new Map<string, string>();
  const dumps: string[] = [];

  const send = (name: string, body: unknown, path = '') => postJson(`${functions.get(name)?.url}/${path}`, body);

  /** Enrols or renews through the running functions, remembering every secret that passes by. */
  async function follow(enrolment: Awaited<ReturnType<typeof send>>, name: string) {
    const token = tokenOf(enrolment.body);
    dumps.push(await dump());
    const revealed = await send('reveal-password', { token, claimant: `claimant-of-${name}-0123456789` });
    const factor = await send('generate-2fa', { ticket: enrolment.body.enrolmentTicket });
    const person = { login: enrolment.body.login, password: revealed.body.password, secret: factor.body.secret };
    secrets.set(`${name} password`, person.password).set(`${name} secret`, person.secret);
    secrets.set(`${name} link`, token).set(`${name} ticket`, enrolment.body.enrolmentTicket);
    dumps.push(await dump());
    const login = await send('authenticate', { ...credentials(person), code: await codeOf(product, person) });
    secrets.set(`${name} access token`, login.body.accessToken);
    return person;
  }

  const credentials = ({ login, password }: { login: string; password: string }) => ({ login, password });

  beforeAll(async () => {
    await Promise.all(names.map(async (name) => functions.set(name, await runFunction(name, product.env))));
    const person = await follow(await send('generate-password', { login: 'leaky' }), 'first');
    await product.db.advance('30 seconds');
    await send('authenticate', { ...credentials(person), code: '000000' });
    await send('authenticate', { login: 'leaky', password: person.password, code: 'x', extra: person.password });
    await product.db.advance('6 months');
    const expired = await send('authenticate', { ...credentials(person), code: await codeOf(product, person) });
    secrets.set('rotation ticket', expired.body.rotationTicket);
    dumps.push(await dump());
    await follow(await send('rotate', { ticket: expired.body.rotationTicket }), 'renewed');
    await send('reveal-password', { token: secrets.get('first link') });
    await send('reveal-password', { token: secrets.get('first link') }, 'report-theft');
    dumps.push(await dump());
  });

  it('finds each secret where it looks, so that not finding one means something', () => {
    expect([...secrets.values()].every((secret) => secret.length >= 24)).toBe(true);
    expect(secrets.size).toBe(11);
    expect(dumps.every((text) => text.includes('leaky'))).toBe(true);
  });

  it('leaves no secret in the database, at any stage, in any encoding', () => {
    for (const [name, secret] of secrets) {
      for (const text of encodings(secret))
        expect(
          dumps.some((rows) => rows.includes(text)),
          name,
        ).toBe(false);
    }
  });

  it('leaves no secret in the logs, at the most talkative level', () => {
    for (const [functionName, { output }] of functions) {
      const log = output().toLowerCase();
      expect(log, functionName).toContain('answered');
      for (const [name, secret] of secrets) {
        for (const text of encodings(secret)) expect(log.includes(text), `${name} in ${functionName}`).toBe(false);
      }
      expect(log).not.toContain('127.0.0.1","');
    }
  });

  it('leaves no client address in the database', () => {
    expect(dumps.some((rows) => rows.includes('127.0.0.1'))).toBe(false);
  });
});
