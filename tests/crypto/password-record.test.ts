import argon2 from 'argon2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  ARGON2,
  isPassword,
  makePasswordRecord,
  mayBePassword,
} from '../../functions/shared/crypto/password-record.ts';
import { seededRandom } from '../support/deterministic.ts';

const PASSWORD = 'Correct-horse&battery=42';
const record = await makePasswordRecord(PASSWORD, seededRandom('record'));
/** The argon2id string behind the fingerprint key (16) and the fingerprint (2). */
const hash = record.toString('utf8', 18);
const PARAMETERS = 'm=19456,p=1,t=2';

afterEach(() => vi.restoreAllMocks());

describe('a password record', () => {
  it('knows its password by both checks', async () => {
    expect(mayBePassword(record, PASSWORD)).toBe(true);
    expect(await isPassword(record, PASSWORD)).toBe(true);
  });

  it('knows no other', async () => {
    for (const wrong of ['', ' ', PASSWORD.toLowerCase(), `${PASSWORD} `, PASSWORD.slice(1), `${PASSWORD}\0`])
      expect([mayBePassword(record, wrong), await isPassword(record, wrong)]).toEqual([false, false]);
  });

  it('is random where it must be', async () => {
    const [one, two] = await Promise.all([makePasswordRecord(PASSWORD), makePasswordRecord(PASSWORD)]);
    expect(one.subarray(0, 16)).not.toEqual(two.subarray(0, 16));
    expect(one.subarray(16, 18)).not.toEqual(record.subarray(16, 18));
    const saltOf = (bytes: Buffer) => bytes.toString('utf8', 18).split('$')[4];
    expect(new Set([one, two, record].map(saltOf)).size).toBe(3);
    expect(await makePasswordRecord(PASSWORD, seededRandom('record'))).toEqual(record);
  });

  it("is argon2id with at least OWASP's floor: 19 MiB, two passes, a salt of 16 bytes, 32 bytes out", () => {
    const [, variant, version, parameters, salt = '', digest = ''] = hash.split('$');
    expect([variant, version, parameters]).toEqual(['argon2id', 'v=19', PARAMETERS]);
    expect(ARGON2.memoryCost).toBeGreaterThanOrEqual(19 * 1024);
    expect(ARGON2.timeCost).toBeGreaterThanOrEqual(2);
    expect([salt, digest].map((text) => Buffer.from(text, 'base64').length)).toEqual([16, 32]);
  });

  it('turns a wrong password away by 16 bits of fingerprint, each of which counts', () => {
    expect(hash).toMatch(/^\$argon2id\$/);
    for (let bit = 0; bit < 16; bit += 1) {
      const altered = Buffer.from(record);
      altered.writeUInt16BE(altered.readUInt16BE(16) ^ (1 << bit), 16);
      expect(mayBePassword(altered, PASSWORD)).toBe(false);
    }
  });

  it('lets about one wrong password in 2^16 past the fingerprint', () => {
    let passed = 0;
    for (let i = 0; i < 2 ** 15; i += 1) if (mayBePassword(record, `wrong-${i}`)) passed += 1;
    // Expected half a one. Twelve bits of fingerprint would let eight pass, eight bits 128.
    expect(passed).toBeLessThanOrEqual(4);
  });
});

describe('a stored hash with parameters out of bounds', () => {
  const withHash = (text: string): Buffer => Buffer.concat([record.subarray(0, 18), Buffer.from(text)]);
  const withParameters = (parameters: string): Buffer => withHash(hash.replace(PARAMETERS, parameters));

  it.each([
    ['too much memory', withParameters('m=262145,p=1,t=2')],
    ['too many passes', withParameters('m=19456,p=1,t=11')],
    ['too many lanes', withParameters('m=19456,p=5,t=2')],
    ['a number of ten digits', withParameters('m=1000000000,p=1,t=2')],
    ['no memory', withParameters('p=1,t=2')],
    ['no passes', withParameters('m=19456,p=1')],
    ['no lanes', withParameters('m=19456,t=2')],
    ['a negative number', withParameters('m=-19456,p=1,t=2')],
    ['argon2i', withHash(hash.replace('argon2id', 'argon2i'))],
    ['argon2d', withHash(hash.replace('argon2id', 'argon2d'))],
    ['text before it', withHash(` ${hash}`)],
    ['nothing', withHash('')],
    ['no record at all', Buffer.alloc(0)],
  ])('is refused before anything is hashed: %s', async (_fault, altered) => {
    const verify = vi.spyOn(argon2, 'verify');
    await expect(isPassword(altered, PASSWORD)).rejects.toThrow('stored argon2 parameters are out of bounds');
    expect(verify).not.toHaveBeenCalled();
  });

  it('is verified up to the bounds', async () => {
    expect(await isPassword(withParameters('m=64,p=4,t=10'), PASSWORD)).toBe(false);
  });

  // BUG: the bounds look at the first of several parameters of one name, argon2 obeys the last: `m=19456,…,m=1000000`
  // passes and takes 1 GB and seconds. Cheap here: eleven passes over 64 KiB.
  it('is refused when a parameter is named twice', async () => {
    await expect(isPassword(withParameters('m=64,p=1,t=2,t=11'), PASSWORD)).rejects.toThrow('out of bounds');
  });
});
