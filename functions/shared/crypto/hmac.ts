import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/**
 * HMAC (RFC 2104). The key is always wrapped in a KeyObject: handed to `createHmac` as bytes, the same key takes Node
 * three times as long to prepare, and a refused login computes six of these.
 */
export function hmac(algorithm: string, key: KeyObject | Uint8Array, data: Uint8Array | string): Buffer {
  return createHmac(algorithm, key instanceof Uint8Array ? createSecretKey(key) : key)
    .update(data)
    .digest();
}
