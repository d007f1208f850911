import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveKey, parseKeyring } from '../../functions/shared/crypto/keyring.ts';
import { newKeyring } from '../../functions/shared/crypto/new-keys.ts';
import { bytesOf } from '../support/deterministic.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const key = bytesOf('a').toString('base64url');
const other = bytesOf('b').toString('base64url');
const file = (...keys: unknown[]): string => JSON.stringify({ keys });

/** The one line a malformed file is refused with. */
function complaint(text: string): string {
  try {
    parseKeyring(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the file was accepted');
}

describe('parseKeyring', () => {
  it('seals with the first key and knows all of them', () => {
    const keyring = parseKeyring(file({ kid: '2026-11', key }, { kid: 'old', key: other }));
    expect(keyring.sealingKid).toBe('2026-11');
    expect(keyring.derive('old', 'totp')?.symmetricKeySize).toBe(32);
    expect(keyring.derive('never', 'totp')).toBeNull();
  });

  it('derives one key per key and purpose, each time the same', () => {
    const keyring = parseKeyring(file({ kid: 'k', key }, { kid: 'l', key: other }));
    const derived = [
      keyring.derive('k', 'password'),
      keyring.derive('k', 'totp'),
      keyring.derive('l', 'password'),
      keyring.derive('l', 'totp'),
    ].map((derivedKey) => derivedKey?.export().toString('hex'));
    expect(new Set(derived).size).toBe(4);
    expect(keyring.derive('k', 'totp')?.export().toString('hex')).toBe(derived[1]);
    expect(derived).not.toContain(bytesOf('a').toString('hex'));
  });

  it('derives as documented: HKDF-SHA-256, empty salt, a label that names the purpose', () => {
    const expected = hkdfSync('sha256', bytesOf('a'), '', 'cofrap-credentials/v1/seal/password', 32);
    expect(
      parseKeyring(file({ kid: 'k', key }))
        .derive('k', 'password')
        ?.export(),
    ).toEqual(Buffer.from(expected));
  });

  it('reads what newKeyring writes', () => {
    expect(parseKeyring(newKeyring('fresh')).sealingKid).toBe('fresh');
  });
});

describe('a malformed keyring file (A18)', () => {
  const short = bytesOf('a').subarray(0, 31).toString('base64url');
  const long = Buffer.concat([bytesOf('a'), Buffer.of(7)]).toString('base64url');
  it.each([
    ['not JSON', `{"keys":[{"kid":"k","key":"${key}"`, 'is not JSON'],
    ['a bare key', key, 'is not JSON'],
    ['empty', '', 'is not JSON'],
    ['a JSON string', JSON.stringify(key), 'is malformed at ""'],
    ['null', 'null', 'is malformed at ""'],
    ['no list', '{}', 'is malformed at "keys"'],
    ['no keys', file(), 'is malformed at "keys"'],
    ['a short key', file({ kid: 'k', key: short }), 'is malformed at "keys.0.key"'],
    ['a long key', file({ kid: 'k', key: long }), 'is malformed at "keys.0.key"'],
    ['an empty key', file({ kid: 'k', key: '' }), 'is malformed at "keys.0.key"'],
    ['a padded key', file({ kid: 'k', key: `${key}=` }), 'is malformed at "keys.0.key"'],
    ['base64, not base64url', file({ kid: 'k', key: `+/${key.slice(2)}` }), 'is malformed at "keys.0.key"'],
    ['a key that is no text', file({ kid: 'k', key: [key] }), 'is malformed at "keys.0.key"'],
    ['a malformed second key', file({ kid: 'k', key }, { kid: 'l', key: short }), 'is malformed at "keys.1.key"'],
    ['a key id with a space', file({ kid: 'k k', key }), 'is malformed at "keys.0.kid"'],
    ['an empty key id', file({ kid: '', key }), 'is malformed at "keys.0.kid"'],
    ['a key id of 33 characters', file({ kid: 'k'.repeat(33), key }), 'is malformed at "keys.0.kid"'],
    ['a key in place of its id', file({ kid: key, key }), 'is malformed at "keys.0.kid"'],
    ['a key id twice', file({ kid: 'k', key }, { kid: 'k', key: other }), 'names the key id "k" twice'],
    ['an unknown member of a key', file({ kid: 'k', key, use: 'enc' }), 'is malformed at "keys.0"'],
    ['an unknown member', JSON.stringify({ keys: [{ kid: 'k', key }], [other]: 1 }), 'is malformed at ""'],
  ])('%s is refused with one line that names the fault and no key', (_fault, text, expected) => {
    const message = complaint(text);
    expect(message).toBe(expected);
    for (const secret of [key, other, short, long]) expect(message.includes(secret.slice(2, 40))).toBe(false);
  });
});

describe('deriveKey', () => {
  it('is HKDF-SHA-256 with an empty salt (RFC 5869, A.3)', () => {
    const okm = hex('8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8');
    expect(deriveKey(Buffer.alloc(22, 0x0b), '')).toEqual(okm.subarray(0, 32));
  });

  it('stands on a primitive that meets RFC 5869, A.1 and A.2', () => {
    const range = (from: number, to: number) => Buffer.from(Array.from({ length: to - from + 1 }, (_, i) => from + i));
    const first = hkdfSync('sha256', Buffer.alloc(22, 0x0b), range(0x00, 0x0c), range(0xf0, 0xf9), 42);
    expect(Buffer.from(first)).toEqual(
      hex('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865'),
    );
    const second = hkdfSync('sha256', range(0x00, 0x4f), range(0x60, 0xaf), range(0xb0, 0xff), 82);
    expect(Buffer.from(second)).toEqual(
      hex(
        'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09' +
          'da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
      ),
    );
  });

  it('separates by label', () => {
    expect(deriveKey(bytesOf('a'), 'one')).not.toEqual(deriveKey(bytesOf('a'), 'two'));
  });
});
