import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Keyring, SealPurpose } from './keyring.ts';
import { osRandom, type RandomBytes } from './random.ts';

/** Where a sealed value lives. Part of what is authenticated: moved elsewhere, the value no longer opens (A17). */
export type Place = { readonly purpose: SealPurpose; readonly row: string };

/** A sealed value that does not open: altered, moved, cut short, or sealed with a key we do not hold. */
export class SealBroken extends Error {
  readonly kid: string;
  readonly reason: 'malformed' | 'unknown_key' | 'not_authentic';
  constructor(reason: SealBroken['reason'], kid: string) {
    super(`sealed value does not open: ${reason} (kid "${kid}")`);
    this.reason = reason;
    this.kid = kid;
  }
}

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

const COLUMNS: Record<SealPurpose, string> = {
  password: 'credential_sets.password_sealed',
  totp: 'credential_sets.totp_sealed',
};

/**
 * AES-256-GCM: `version ‖ kid length ‖ kid ‖ nonce ‖ ciphertext ‖ tag`. The additional data binds the value to
 * its table, column and row and to the key id. Nonces are random: with 96 bits and one key per purpose, rotate
 * the key before 2³² values (NIST SP 800-38D, 8.3).
 */
export function seal(keyring: Keyring, place: Place, plain: Uint8Array, random: RandomBytes = osRandom): Buffer {
  const kid = keyring.sealingKid;
  const key = keyring.derive(kid, place.purpose);
  if (key === null) throw new SealBroken('unknown_key', kid);
  const nonce = random(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(additionalData(place, kid));
  const header = Buffer.from([VERSION, kid.length]);
  return Buffer.concat([header, Buffer.from(kid), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Opens a sealed value in its place, or throws {@link SealBroken}. */
export function open(keyring: Keyring, place: Place, sealed: Buffer): Buffer {
  const kidEnd = 2 + (sealed[1] ?? 0);
  const kid = sealed.toString('latin1', 2, kidEnd);
  if (sealed[0] !== VERSION || sealed.length < kidEnd + NONCE + TAG) throw new SealBroken('malformed', '');
  const key = keyring.derive(kid, place.purpose);
  if (key === null) throw new SealBroken('unknown_key', kid);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(kidEnd, kidEnd + NONCE), {
    authTagLength: TAG,
  });
  decipher.setAAD(additionalData(place, kid));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(kidEnd + NONCE, sealed.length - TAG)), decipher.final()]);
  } catch {
    throw new SealBroken('not_authentic', kid);
  }
}

function additionalData(place: Place, kid: string): Buffer {
  return Buffer.from(['cofrap-credentials/v1', COLUMNS[place.purpose], place.row, kid].join('\0'));
}
