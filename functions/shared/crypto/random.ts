import { randomBytes, randomUUIDv7 } from 'node:crypto';

/** A source of `size` random bytes. An argument wherever randomness is used, so that tests can hand in their own. */
export type RandomBytes = (size: number) => Buffer;

/** The operating system's generator, the only one used outside tests. */
export const osRandom: RandomBytes = randomBytes;

/** A fresh UUIDv7 (RFC 9562, 5.7). Identifiers are no secrets: they carry a time. */
export const newId = (): string => randomUUIDv7();
