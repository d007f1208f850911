import { createHash } from 'node:crypto';
import { osRandom, type RandomBytes } from './random.ts';

/** Characters of a token or ticket: 256 bits, base64url. */
export const TOKEN_LENGTH = 43;

/** A fresh ticket or token: 256 random bits, base64url, and the digest that is stored in its place. */
export function newToken(random: RandomBytes = osRandom): { token: string; digest: Buffer } {
  const token = random(32).toString('base64url');
  return { token, digest: sha256(token) };
}

/** SHA-256 of a text. Fit to stand for a 256-bit random token in the database; never for something guessable. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
