import { createCipheriv, createDecipheriv } from 'node:crypto';
import { deriveKey } from './keyring.ts';

const INFO = 'cofrap-credentials/v1/reveal-link';
// The key is derived from a fresh 256-bit token and seals exactly one message, so a fixed nonce is safe;
// sealing a second message under the same token would break it.
const NONCE = Buffer.alloc(12);
const TAG = 16;

/**
 * Seals a password under a key derived (HKDF-SHA-256) from the link's token. The database stores the result and
 * the token's digest; neither a dump nor the operator's keys open it, only the QR code's fragment does (R2).
 */
export function sealForToken(token: string, linkId: string, password: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', deriveKey(Buffer.from(token), INFO), NONCE, { authTagLength: TAG });
  cipher.setAAD(Buffer.from(linkId));
  return Buffer.concat([cipher.update(password, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what {@link sealForToken} sealed. Throws when the value was altered or belongs to another link. */
export function openWithToken(token: string, linkId: string, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', deriveKey(Buffer.from(token), INFO), NONCE, { authTagLength: TAG });
  decipher.setAAD(Buffer.from(linkId));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG));
  return decipher.update(sealed.subarray(0, sealed.length - TAG), undefined, 'utf8') + decipher.final('utf8');
}
