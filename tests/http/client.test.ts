import { describe, expect, it } from 'vitest';
import { createPool } from '../../functions/shared/db/pool.ts';
import { createApp } from '../../functions/shared/http/app.ts';
import { clientKey } from '../../functions/shared/http/client.ts';
import { SettingsError } from '../../functions/shared/settings.ts';
import { activate, codeOf } from '../support/person.ts';
import { startProduct } from '../support/product.ts';

describe('clientKey', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['fe80::2%eth1', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
  ])('counts %s as %s', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });

  // BUG: only the dotted form is taken for IPv4. The others fall into ::/64, so that all of them share one counter.
  it.each(['::ffff:c000:201', '0:0:0:0:0:ffff:192.0.2.1'])('counts %s as IPv4', (address) => {
    expect(clientKey(address)).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  // BUG: a dotted tail stands for two groups and is counted as one, so that "::" is taken for one zero too many.
  it.each([
    ['1::2:3:4:5:192.0.2.1', '1:0:2:3::/64'],
    ['::1:2:3:4:192.0.2.1', '0:0:1:2::/64'],
  ])('counts %s as %s', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });
});

/** Whom an app takes a request from `remote` to come from. */
async function seenBy(trusted: string, remote: string, forwarded?: string): Promise<string> {
  const { app } = createApp('test', createPool('postgres://127.0.0.1:1/none', 'test'), {
    TRUSTED_PROXIES: trusted,
    LOG_LEVEL: 'silent',
  });
  app.get('/client', async (request) => clientKey(request.ip));
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const { body } = await app.inject({ url: '/client', remoteAddress: remote, headers });
  await app.close();
  return body;
}

describe('X-Forwarded-For (A13)', () => {
  it('is ignored when nobody is trusted', async () => {
    expect(await seenBy('', '192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
  });

  it('is ignored from anybody who is not trusted', async () => {
    expect(await seenBy('10.0.0.0/8', '192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
    expect(await seenBy('10.0.0.0/8', '11.0.0.1', '10.0.0.1')).toBe('11.0.0.1');
  });

  it.each([
    ['10.0.0.7', '10.0.0.7'],
    ['10.0.0.0/8', '10.200.0.1'],
    ['10.0.0.0/8', '::ffff:10.0.0.1'],
    ['192.0.2.0/24, fd00::/8', 'fd00::1'],
  ])('is believed from %s when %s sends it', async (trusted, remote) => {
    expect(await seenBy(trusted, remote, '203.0.113.9')).toBe('203.0.113.9');
    expect(await seenBy(trusted, remote, '2001:db8:1:2::9')).toBe('2001:db8:1:2::/64');
    expect(await seenBy(trusted, remote)).toBe(clientKey(remote));
  });

  it('is read from the right, up to the first address that is not trusted: what a client puts there itself is ignored', async () => {
    expect(await seenBy('10.0.0.0/8', '10.0.0.1', '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
    expect(await seenBy('10.0.0.0/8', '10.0.0.1', '198.51.100.1, 203.0.113.9, 10.0.0.2')).toBe('203.0.113.9');
    expect(await seenBy('10.0.0.0/8', '10.0.0.1', '10.9.9.9, 203.0.113.9')).toBe('203.0.113.9');
  });

  // BUG: settings accept a range of length 0, and the app throws "TypeError: invalid range on address" for it, which
  // names no setting and shows the value.
  it.each(['0.0.0.0/0', '::/0'])('is believed from everybody, or the setting is refused: %s', async (trusted) => {
    const outcome: unknown = await seenBy(trusted, '192.0.2.1', '203.0.113.9').catch((error: unknown) => error);
    expect(outcome instanceof SettingsError || typeof outcome === 'string').toBe(true);
  });
});

const product = await startProduct({ TRUSTED_PROXIES: '10.0.0.0/8' });

describe('the count of failures', () => {
  it('follows the client that a trusted proxy names, whatever the client adds in front', async () => {
    const person = await activate(product, 'proxied');
    const fail = async (forwarded: string, client = '10.0.0.1') => {
      const body = { login: 'proxied', password: 'wrong', code: '000000' };
      return (await product.call('authenticate', body, { client, headers: { 'x-forwarded-for': forwarded } })).status;
    };
    for (let i = 0; i < 5; i += 1) expect(await fail(`198.51.100.${i}, 203.0.113.1`)).toBe(401);
    expect(await fail('203.0.113.1')).toBe(429);
    expect(await fail('198.51.100.77, 203.0.113.1')).toBe(429);
    expect(await fail('203.0.113.1', '10.0.0.2')).toBe(429);
    expect(await fail('203.0.113.2')).toBe(401);
    const right = { login: 'proxied', password: person.password, code: await codeOf(product, person) };
    const headers = { 'x-forwarded-for': '203.0.113.3' };
    expect((await product.call('authenticate', right, { client: '10.0.0.1', headers })).status).toBe(200);
  });

  it('follows the connection when the sender is not trusted', async () => {
    const fail = async (i: number) => {
      const body = { login: 'rotating', password: 'wrong', code: '000000' };
      const headers = { 'x-forwarded-for': `203.0.113.${i}` };
      return (await product.call('authenticate', body, { client: '192.0.2.1', headers })).status;
    };
    const answers: number[] = [];
    for (let i = 0; i < 7; i += 1) answers.push(await fail(i));
    expect(answers).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });
});
