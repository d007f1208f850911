import { osRandom, type RandomBytes } from './random.ts';

/** Characters of a password (R1). */
export const PASSWORD_LENGTH = 24;

/**
 * The four classes, without characters people confuse (0 O o, 1 l I, 5 S, 2 Z, 8 B) and without those that
 * keyboards, shells or mail clients mangle (quotes, backslash, space, brackets, comma).
 */
export const PASSWORD_CLASSES = {
  upper: 'ACDEFGHJKLMNPQRTUVWXY',
  lower: 'abcdefghijkmnpqrstuvwxyz',
  digit: '23456789',
  special: '!#$%&*+-=?@_',
} as const;

const ALPHABET = Object.values(PASSWORD_CLASSES).join('');
const UNBIASED = 256 - (256 % ALPHABET.length);

/**
 * A password of 24 characters holding all four classes (R1), uniform over the passwords that do: whole
 * candidates are drawn uniformly and thrown away unless they qualify. Forcing one character of each class
 * into place would be quicker and would not be uniform. About 144 bits; a test computes the figure.
 */
export function generatePassword(random: RandomBytes = osRandom): string {
  for (;;) {
    const candidate = drawCharacters(random);
    if (hasAllClasses(candidate)) return candidate;
  }
}

/** Whether each class occurs in the text. */
export function hasAllClasses(text: string): boolean {
  return Object.values(PASSWORD_CLASSES).every((characters) => [...text].some((c) => characters.includes(c)));
}

function drawCharacters(random: RandomBytes): string {
  let text = '';
  while (text.length < PASSWORD_LENGTH) {
    for (const byte of random(PASSWORD_LENGTH)) {
      // Bytes past the last whole multiple of the alphabet would favour its first characters.
      if (byte < UNBIASED && text.length < PASSWORD_LENGTH) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}
