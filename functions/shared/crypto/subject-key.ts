import { createSecretKey } from 'node:crypto';
import { hmac } from './hmac.ts';

/**
 * Stands for a login or a client address where the database must not hold the thing itself: HMAC-SHA-256 under
 * a key of its own, cut to 16 bytes. Equal inputs can be correlated, and not read, by whoever lacks the key.
 */
export type SubjectHash = (...parts: readonly string[]) => Buffer;

/** Parses the subject key file: 32 bytes, base64url. */
export function parseSubjectKey(text: string): SubjectHash {
  const key = Buffer.from(text.trim(), 'base64url');
  if (key.length !== 32 || key.toString('base64url') !== text.trim()) throw new Error('is not 32 bytes in base64url');
  const keyObject = createSecretKey(key);
  return (...parts) => hmac('sha256', keyObject, parts.join('\0')).subarray(0, 16);
}
