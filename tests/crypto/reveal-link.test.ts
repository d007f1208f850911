import { describe, expect, it } from 'vitest';
import { openWithToken, sealForToken } from '../../functions/shared/crypto/reveal-link.ts';
import { newToken, sha256, TOKEN_LENGTH } from '../../functions/shared/crypto/token.ts';
import { encodingsOf, seededRandom } from '../support/deterministic.ts';

const PASSWORD = 'Correct-horse&battery=42';
const LINK = '0199c0de-0000-7000-8000-000000000001';
const random = seededRandom('reveal-link');
const { token, digest } = newToken(random);
const other = newToken(random);
const sealed = sealForToken(token, LINK, PASSWORD);

describe('a password sealed for a link (R2)', () => {
  it('opens with the token of the link', () => {
    expect(openWithToken(token, LINK, sealed)).toBe(PASSWORD);
  });

  it('opens with nothing else: no other token, no other link, not the digest that is stored', () => {
    const stored = [digest.toString('base64url'), digest.toString('hex'), digest.toString('latin1')];
    for (const wrong of [other.token, '', token.slice(0, -1), `${token}A`, token.toLowerCase(), ...stored])
      expect(() => openWithToken(wrong, LINK, sealed)).toThrow();
    for (const wrong of ['', LINK.replace(/1$/, '2'), LINK.toUpperCase()])
      expect(() => openWithToken(token, wrong, sealed)).toThrow();
  });

  it('does not open with any one bit flipped', () => {
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => openWithToken(token, LINK, altered)).toThrow();
    }
  });

  it('does not open cut short or with something added', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => openWithToken(token, LINK, sealed.subarray(0, length))).toThrow();
      expect(() => openWithToken(token, LINK, sealed.subarray(sealed.length - length))).toThrow();
    }
    expect(() => openWithToken(token, LINK, Buffer.concat([sealed, Buffer.of(0)]))).toThrow();
  });

  it('shares no key stream with any other link, though the nonce is fixed', () => {
    const elsewhere = sealForToken(other.token, LINK, PASSWORD);
    expect(elsewhere.subarray(0, PASSWORD.length)).not.toEqual(sealed.subarray(0, PASSWORD.length));
  });

  it('leaves neither password nor token in what the database keeps, in any encoding (A16)', () => {
    const kept = [sealed, digest].flatMap(encodingsOf).join('\n');
    const secrets = [Buffer.from(PASSWORD), Buffer.from(token), Buffer.from(token, 'base64url')].flatMap(encodingsOf);
    expect(secrets.filter((secret) => kept.includes(secret))).toEqual([]);
  });
});

describe('newToken', () => {
  it('is 256 bits in base64url, stored as their SHA-256', () => {
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(TOKEN_LENGTH).toBe(43);
    expect(token).toBe(seededRandom('reveal-link')(32).toString('base64url'));
    expect(digest).toEqual(sha256(token));
    expect(other.token === token).toBe(false);
  });

  it('is fresh each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => newToken().token)).size).toBe(100);
  });

  it('is digested by SHA-256 (FIPS 180-4, "abc")', () => {
    expect(sha256('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
