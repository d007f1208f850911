import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Keyring, parseKeyring } from '../../functions/shared/crypto/keyring.ts';
import { open, type Place, SealBroken, seal } from '../../functions/shared/crypto/sealing.ts';
import { bytesOf, encodingsOf, holds, seededRandom } from '../support/deterministic.ts';

/** A keyring of these key ids; `family` makes other keys under the same ids. */
const keyringOf = (kids: readonly string[], family = ''): Keyring =>
  parseKeyring(
    JSON.stringify({ keys: kids.map((kid) => ({ kid, key: bytesOf(family + kid).toString('base64url') })) }),
  );

const keyring = keyringOf(['new', 'old']);
const place: Place = { purpose: 'password', row: '0199c0de-0000-7000-8000-000000000001' };
const plain = Buffer.from('what nobody but the keyring may read');
const sealed = seal(keyring, place, plain, seededRandom('sealing'));

/** What opening throws; fails when it opens. */
function breakage(ring: Keyring, where: Place, value: Buffer): SealBroken {
  try {
    open(ring, where, value);
  } catch (error) {
    expect(error).toBeInstanceOf(SealBroken);
    return error as SealBroken;
  }
  throw new Error('the altered value opened');
}

describe('seal and open', () => {
  it('give back any bytes, for any purpose and row', () => {
    holds(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('password', 'totp'),
        fc.uuid(),
        (bytes, purpose, row) => {
          const back = open(keyring, { purpose, row }, seal(keyring, { purpose, row }, bytes));
          expect(back).toEqual(Buffer.from(bytes));
        },
      ),
    );
  });

  it('seal with the first key and write its id into the value; every key opens', () => {
    expect(sealed.subarray(0, 2)).toEqual(Buffer.from([1, 3]));
    expect(sealed.toString('latin1', 2, 5)).toBe('new');
    expect(sealed).toHaveLength(2 + 3 + 12 + plain.length + 16);
    const sealedBefore = seal(keyringOf(['old']), place, plain);
    expect(sealedBefore.toString('latin1', 2, 5)).toBe('old');
    expect(open(keyring, place, sealedBefore)).toEqual(plain);
  });

  it('take the longest key id there is', () => {
    const longest = keyringOf(['k'.repeat(32)]);
    expect(open(longest, place, seal(longest, place, plain))).toEqual(plain);
  });

  it('never make the same value twice', () => {
    const values = Array.from({ length: 100 }, () => seal(keyring, place, plain).toString('hex'));
    expect(new Set(values).size).toBe(100);
  });

  it('draw the nonce from the randomness handed in', () => {
    expect(seal(keyring, place, plain, seededRandom('sealing'))).toEqual(sealed);
    expect(sealed.subarray(5, 17)).toEqual(seededRandom('sealing')(12));
  });
});

describe('a sealed value that was tampered with (A17, A18)', () => {
  it('does not open with any one bit flipped', () => {
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const altered = Buffer.from(sealed);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      breakage(keyring, place, altered);
    }
  });

  it('does not open cut short at either end, to any length', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      breakage(keyring, place, sealed.subarray(0, length));
      breakage(keyring, place, sealed.subarray(sealed.length - length));
    }
  });

  it('does not open with anything added at either end', () => {
    holds(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (added) => {
        breakage(keyring, place, Buffer.concat([sealed, added]));
        breakage(keyring, place, Buffer.concat([added, sealed]));
      }),
    );
  });

  it('throws nothing but SealBroken for arbitrary bytes', () => {
    holds(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void breakage(keyring, place, Buffer.from(bytes))),
      2_000,
    );
  });

  it('does not open in another row or for another purpose', () => {
    expect(breakage(keyring, { ...place, row: `${place.row.slice(0, -1)}2` }, sealed).reason).toBe('not_authentic');
    expect(breakage(keyring, { ...place, purpose: 'totp' }, sealed).reason).toBe('not_authentic');
  });

  it('does not open with other keys, whether or not their ids are known', () => {
    expect(breakage(keyringOf(['new', 'old'], 'other'), place, sealed).reason).toBe('not_authentic');
    const unknown = breakage(keyringOf(['old']), place, sealed);
    expect(unknown).toMatchObject({ reason: 'unknown_key', kid: 'new' });
  });

  it('does not open under the id of another key of the same keyring', () => {
    const relabelled = Buffer.from(sealed);
    relabelled.write('old', 2, 'latin1');
    expect(breakage(keyring, place, relabelled)).toMatchObject({ reason: 'not_authentic', kid: 'old' });
  });

  it('says why without a key or the plain text in any encoding', () => {
    const errors = [
      breakage(keyring, place, sealed.subarray(0, 20)),
      breakage(keyring, { ...place, purpose: 'totp' }, sealed),
      breakage(keyringOf(['old']), place, sealed),
    ];
    expect(errors.map(({ message }) => message)).toEqual([
      'sealed value does not open: malformed (kid "")',
      'sealed value does not open: not_authentic (kid "new")',
      'sealed value does not open: unknown_key (kid "new")',
    ]);
    const derived = keyring.derive('new', 'password')?.export() ?? Buffer.alloc(0);
    const secrets = [plain, bytesOf('new'), bytesOf('old'), derived].flatMap(encodingsOf);
    for (const error of errors) {
      const told = [error.message, String(error.stack), JSON.stringify(error)].join('\n');
      expect(secrets.some((secret) => told.includes(secret))).toBe(false);
    }
  });
});
