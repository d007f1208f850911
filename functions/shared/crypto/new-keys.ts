import { generateKeyPairSync } from 'node:crypto';
import { osRandom } from './random.ts';

/** 32 random bytes, base64url: a subject key, a keyring key, a database password. */
export const newKey = (): string => osRandom(32).toString('base64url');

/** The content of a fresh keyring file. */
export const newKeyring = (kid: string): string => JSON.stringify({ keys: [{ kid, key: newKey() }] });

/** The content of a fresh signing-keys file: a private JWK Set with one Ed25519 key (RFC 8037). */
export function newSigningKeys(kid: string): string {
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return JSON.stringify({ keys: [{ kty, crv, kid, x, d }] });
}
