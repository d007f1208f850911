import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { type AccessClaims, parseSigningKeys } from '../../functions/shared/crypto/access-token.ts';
import { newSigningKeys } from '../../functions/shared/crypto/new-keys.ts';

type Pair = { kty: string; crv: string; kid: string; x: string; d: string };
const pairOf = (kid: string): Pair => JSON.parse(newSigningKeys(kid)).keys[0];
const file = (...keys: unknown[]): string => JSON.stringify({ keys });

const first = pairOf('first');
const second = pairOf('second');
const NOW = 1_800_000_000;
const claims: AccessClaims = {
  issuer: 'https://login.example.test',
  accountId: '0199c0de-0000-7000-8000-000000000001',
  login: 'alice',
  authenticatedAt: NOW,
  expiresAt: NOW + 900,
};

const verify = (token: string, jwks: unknown, at = NOW) =>
  jwtVerify(token, createLocalJWKSet(jwks as JSONWebKeySet), { currentDate: new Date(at * 1000) });

/** The one line a malformed file is refused with. */
async function complaint(text: string): Promise<string> {
  return parseSigningKeys(text).then(
    () => {
      throw new Error('the file was accepted');
    },
    (error: Error) => error.message,
  );
}

describe('signing keys', () => {
  it('sign with the first key; tokens of either verify against what is published', async () => {
    const keys = await parseSigningKeys(file(first, second));
    const swapped = await parseSigningKeys(file(second, first));
    const token = await keys.sign(claims);
    expect((await verify(token, keys.jwks)).protectedHeader).toEqual({ alg: 'EdDSA', typ: 'JWT', kid: 'first' });
    const older = await verify(await swapped.sign(claims), keys.jwks);
    expect(older.protectedHeader.kid).toBe('second');
    const alone = await parseSigningKeys(file(second));
    await expect(verify(token, alone.jwks)).rejects.toThrow();
  });

  it('put the documented claims into the token, in seconds', async () => {
    const keys = await parseSigningKeys(file(first));
    const { payload } = await verify(await keys.sign(claims), keys.jwks);
    expect(payload).toEqual({
      iss: claims.issuer,
      sub: claims.accountId,
      preferred_username: 'alice',
      amr: ['pwd', 'otp'],
      auth_time: NOW,
      iat: NOW,
      exp: NOW + 900,
      jti: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    });
  });

  it('never make a token twice', async () => {
    const keys = await parseSigningKeys(file(first));
    expect(await keys.sign(claims)).not.toBe(await keys.sign(claims));
  });

  it('make tokens that end, and that cannot be altered', async () => {
    const keys = await parseSigningKeys(file(first));
    const token = await keys.sign(claims);
    await expect(verify(token, keys.jwks, NOW + 900)).rejects.toThrow('"exp"');
    const [header = '', payload = '', signature = ''] = token.split('.');
    const forged = JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'mallory' });
    const altered = [header, Buffer.from(forged).toString('base64url'), signature].join('.');
    await expect(verify(altered, keys.jwks)).rejects.toThrow('signature');
  });

  it('publish the public half of each key and nothing of the private one', async () => {
    const { jwks } = await parseSigningKeys(file(first, second));
    expect(jwks.keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', kid: 'first', x: first.x, use: 'sig', alg: 'EdDSA' },
      { kty: 'OKP', crv: 'Ed25519', kid: 'second', x: second.x, use: 'sig', alg: 'EdDSA' },
    ]);
    const published = JSON.stringify(jwks);
    expect([first.d, second.d].some((secret) => published.includes(secret))).toBe(false);
  });
});

describe('a malformed signing-keys file (A18)', () => {
  const { d: _, ...publicHalf } = first;
  const notAPair = 'holds a key that is not an Ed25519 pair (kid "first")';
  it.each([
    ['not JSON', `{"keys":[{"d":"${first.d}"`, 'is not JSON'],
    ['empty', '', 'is not JSON'],
    ['one key without a set', JSON.stringify(first), 'is malformed at "keys"'],
    ['no keys', file(), 'is malformed at "keys"'],
    ['a public key', file(publicHalf), 'is malformed at "keys.0.d"'],
    ['a short key', file({ ...first, d: first.d.slice(1) }), 'is malformed at "keys.0.d"'],
    ['a long key', file({ ...first, d: `${first.d}A` }), 'is malformed at "keys.0.d"'],
    ['base64, not base64url', file({ ...first, d: `+/${first.d.slice(2)}` }), 'is malformed at "keys.0.d"'],
    ['another curve', file({ ...first, crv: 'X25519' }), 'is malformed at "keys.0.crv"'],
    ['another kind of key', file({ ...first, kty: 'EC' }), 'is malformed at "keys.0.kty"'],
    ['no key id', file({ ...first, kid: undefined }), 'is malformed at "keys.0.kid"'],
    ['a malformed key id', file({ ...first, kid: 'a b' }), 'is malformed at "keys.0.kid"'],
    ['an unknown member', file({ ...first, use: 'sig' }), 'is malformed at "keys.0"'],
    ['a malformed second key', file(first, { ...second, x: '' }), 'is malformed at "keys.1.x"'],
    ['a public half of another key', file({ ...first, x: second.x }), notAPair],
    ['a private half of another key', file({ ...first, d: second.d }), notAPair],
    ['a public half of zeros', file({ ...first, x: 'A'.repeat(43) }), notAPair],
  ])('%s is refused with one line that names the fault and no key', async (_fault, text, expected) => {
    const message = await complaint(text);
    expect(message).toBe(expected);
    expect([first.d, second.d].some((secret) => message.includes(secret.slice(2, 40)))).toBe(false);
  });

  // BUG: the keyring refuses a key id named twice, this file does not; the published set is then ambiguous, and tokens
  // of the second key are checked against the first.
  it('a key id named twice is refused', async () => {
    await expect(parseSigningKeys(file(first, { ...second, kid: 'first' }))).rejects.toThrow('twice');
  });
});
