import { timingSafeEqual } from 'node:crypto';
import { type CryptoPlugin, generateSync, generateURI, ScureBase32Plugin } from 'otplib';
import { hmac } from './hmac.ts';
import { osRandom, type RandomBytes } from './random.ts';

/** Seconds per step (RFC 6238, X). */
export const STEP_SECONDS = 30;
/** Bytes of a secret: 160 bits, what RFC 4226 (section 4, R6) recommends. */
export const SECRET_BYTES = 20;
/** Steps accepted before and after the current one (RFC 6238, 5.2). */
const WINDOW = 1;

const base32 = new ScureBase32Plugin();
// otplib's default computes HMAC in JavaScript; OpenSSL's is several times quicker on the refusal path.
const crypto: CryptoPlugin = {
  name: 'openssl',
  hmac,
  randomBytes: osRandom,
  constantTimeEqual: (a, b) => timingSafeEqual(Buffer.from(a), Buffer.from(b)),
};

/** A fresh secret. */
export const newSecret = (random: RandomBytes = osRandom): Buffer => random(SECRET_BYTES);

/** Base32 without padding (RFC 4648, section 6), as authenticator apps take it. */
export const secretText = (secret: Uint8Array): string => base32.encode(secret);

/** The step an instant (seconds since 1970) lies in: T of RFC 6238, 4.2. */
export const stepAt = (epochSeconds: number): number => Math.floor(epochSeconds / STEP_SECONDS);

/** The six digits of a step. */
export function codeAt(secret: Uint8Array, step: number): string {
  return generateSync({ secret, epoch: step * STEP_SECONDS, crypto, base32 });
}

/**
 * The step a code belongs to, among the current one and one either side and later than `lastStep`; or null.
 * Always computes and compares every candidate, so that the time taken tells nothing (RFC 6238, 5.2).
 */
export function matchingStep(secret: Uint8Array, code: string, now: number, lastStep: number | null): number | null {
  const given = Buffer.from(code);
  let match: number | null = null;
  for (let step = stepAt(now) - WINDOW; step <= stepAt(now) + WINDOW; step += 1) {
    const expected = Buffer.from(codeAt(secret, step));
    const equal = timingSafeEqual(given.length === expected.length ? given : Buffer.alloc(expected.length), expected);
    if (equal && step > (lastStep ?? -1)) match ??= step;
  }
  return match;
}

/** The `otpauth:` address that authenticator apps import (Key URI format). */
export function keyUri(issuer: string, login: string, secret: Uint8Array): string {
  return generateURI({ issuer, label: login, secret: secretText(secret) });
}
