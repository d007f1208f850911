import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  generatePassword,
  hasAllClasses,
  PASSWORD_CLASSES,
  PASSWORD_LENGTH,
} from '../../functions/shared/crypto/password.ts';
import { holds, scriptedRandom, seededRandom } from '../support/deterministic.ts';

const CLASSES = Object.values(PASSWORD_CLASSES);
const ALPHABET = CLASSES.join('');
/** The largest multiple of the alphabet's size that fits a byte: bytes from here on would be biased. */
const UNBIASED = 195;

/** Bytes that draw `text`; every chunk of 24 is one draw of the generator. */
const bytesFor = (text: string): number[] => [...text].map((c) => ALPHABET.indexOf(c));
const GOOD = 'Aa2!Aa2!Aa2!Aa2!Aa2!Aa2!';

/** Texts of `length` characters that hold every class of `required`, by inclusion and exclusion. */
function countTexts(length: number, required: readonly string[]): bigint {
  let count = 0n;
  for (let absent = 0; absent < 2 ** required.length; absent += 1) {
    const without = required.filter((_, index) => absent & (1 << index));
    const characters = BigInt(ALPHABET.length - without.join('').length);
    count += (without.length % 2 === 0 ? 1n : -1n) * characters ** BigInt(length);
  }
  return count;
}

describe('generatePassword', () => {
  it('makes 24 characters that hold all four classes and nothing else (R1)', () => {
    const random = seededRandom('shape');
    for (let i = 0; i < 2_000; i += 1) {
      const password = generatePassword(random);
      expect(password).toHaveLength(24);
      expect(CLASSES.map((characters) => [...password].some((c) => characters.includes(c)))).not.toContain(false);
      expect([...password].filter((c) => !ALPHABET.includes(c))).toEqual([]);
    }
  });

  it('draws from the four classes, each of its own kind, without a character twice', () => {
    expect(PASSWORD_CLASSES.upper).toMatch(/^[A-Z]+$/);
    expect(PASSWORD_CLASSES.lower).toMatch(/^[a-z]+$/);
    expect(PASSWORD_CLASSES.digit).toMatch(/^[0-9]+$/);
    expect(PASSWORD_CLASSES.special).toMatch(/^[!-/:-@[-`{-~]+$/);
    expect(new Set(ALPHABET).size).toBe(ALPHABET.length);
  });

  it('uses at most one character of any group that people confuse, and none that get mangled', () => {
    for (const group of ['0Oo', '1lI', '5S', '2Z', '8B'])
      expect([...group].filter((c) => ALPHABET.includes(c)).length).toBeLessThanOrEqual(1);
    expect([...'\'"`\\ ()[]{}<>,'].filter((c) => ALPHABET.includes(c))).toEqual([]);
  });

  it('has at least 140 bits of entropy, counted exactly', () => {
    const passwords = countTexts(PASSWORD_LENGTH, CLASSES);
    expect(passwords).toBeGreaterThan(2n ** 140n);
    expect(passwords).toBeLessThan(BigInt(ALPHABET.length) ** BigInt(PASSWORD_LENGTH));
    expect(passwords.toString(2).length - 1).toBe(144);
  });

  it('maps the unbiased bytes evenly onto the alphabet', () => {
    const drawn = Array.from({ length: UNBIASED }, (_, byte) =>
      generatePassword(scriptedRandom([byte, ...bytesFor(GOOD).slice(1)])),
    );
    const firsts = drawn.map((password) => password[0]);
    for (const character of ALPHABET) expect(firsts.filter((c) => c === character)).toHaveLength(3);
    expect(new Set(drawn.map((password) => password.slice(1)))).toEqual(new Set([GOOD.slice(1)]));
  });

  it('skips every byte that would favour the first characters', () => {
    for (let biased = UNBIASED; biased < 256; biased += 1) {
      const bytes = [...bytesFor(GOOD).slice(0, 11), biased, ...bytesFor(GOOD).slice(11)];
      expect(generatePassword(scriptedRandom([...bytes, ...Array(23).fill(0)]))).toBe(GOOD);
    }
  });

  it('throws a candidate that lacks a class away whole', () => {
    for (const lacking of ['Aa!', 'Aa2', 'A2!', 'a2!']) {
      const candidate = lacking.repeat(8);
      expect(generatePassword(scriptedRandom([...bytesFor(candidate), ...bytesFor(GOOD)]))).toBe(GOOD);
    }
  });

  it('depends on nothing but the bytes it is given', () => {
    holds(
      fc.property(fc.string(), (seed) => {
        const [once, again] = [seed, seed].map((same) => generatePassword(seededRandom(same)));
        expect(again === once).toBe(true);
      }),
    );
  });

  it('draws a fresh password from the operating system each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => generatePassword())).size).toBe(100);
  });

  it('is uniform over the qualifying passwords at every position (chi-square, seeded)', () => {
    const draws = 20_000;
    const random = seededRandom('uniformity');
    const passwords = Array.from({ length: draws }, () => generatePassword(random));
    const total = countTexts(PASSWORD_LENGTH, CLASSES);
    // With a character of one class in place, the other 23 must hold the three other classes.
    const expected = CLASSES.flatMap((own) => {
      const rest = countTexts(
        PASSWORD_LENGTH - 1,
        CLASSES.filter((characters) => characters !== own),
      );
      return [...own].map(() => (Number((rest * 10n ** 18n) / total) / 1e18) * draws);
    });
    expect(expected.reduce((sum, count) => sum + count)).toBeCloseTo(draws, 3);
    for (let position = 0; position < PASSWORD_LENGTH; position += 1) {
      const counts = new Map<string, number>();
      for (const password of passwords) {
        const character = password[position] ?? '';
        counts.set(character, (counts.get(character) ?? 0) + 1);
      }
      const chiSquare = expected.reduce((sum, count, index) => {
        const seen = counts.get(ALPHABET[index] ?? '') ?? 0;
        return sum + (seen - count) ** 2 / count;
      }, 0);
      // 64 degrees of freedom: mean 64, deviation 11.3; 120 is five deviations out.
      expect(chiSquare).toBeLessThan(120);
    }
  });
});

describe('hasAllClasses', () => {
  it('is true exactly when each class occurs', () => {
    expect(hasAllClasses('Aa2!')).toBe(true);
    for (const lacking of ['', 'Aa2', 'Aa!', 'A2!', 'a2!', 'éÉ٢¡']) expect(hasAllClasses(lacking)).toBe(false);
  });
});
