import { timingSafeEqual } from 'node:crypto';
import argon2 from 'argon2';
import { hmac } from './hmac.ts';
import { osRandom, type RandomBytes } from './random.ts';

/** argon2id at OWASP's floor: 19 MiB, two passes, one lane. Constants: nobody can configure them lower. */
export const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Never spend more than this on a stored hash, whatever its parameters say. */
const BOUNDS = { memoryCost: 262_144, timeCost: 10, parallelism: 4 } as const;

const KEY = 16;
const FINGERPRINT = 2;

/**
 * What is sealed for a password: `fingerprint key (16) ‖ fingerprint (2) ‖ argon2id string`. The fingerprint is
 * 16 bits of HMAC-SHA-256 of the password under a random key of this record. It turns a wrong password away
 * before argon2 with probability 1 − 2⁻¹⁶, and gives away at most 16 of the password's 144 bits, and only
 * to somebody who already opened the seal (docs/decisions/0003).
 */
export async function makePasswordRecord(password: string, random: RandomBytes = osRandom): Promise<Buffer> {
  const key = random(KEY);
  const hash = await argon2.hash(password, { type: argon2.argon2id, ...ARGON2, salt: random(16) });
  return Buffer.concat([key, fingerprint(key, password), Buffer.from(hash)]);
}

/** The cheap check: false means certainly not this password. Takes microseconds. */
export function mayBePassword(record: Buffer, password: string): boolean {
  const stored = record.subarray(KEY, KEY + FINGERPRINT);
  return timingSafeEqual(stored, fingerprint(record.subarray(0, KEY), password));
}

/** The costly check: argon2id. Run it through the hashing queue only. */
export async function isPassword(record: Buffer, password: string): Promise<boolean> {
  const hash = record.toString('utf8', KEY + FINGERPRINT);
  if (!withinBounds(hash)) throw new Error('stored argon2 parameters are out of bounds');
  return argon2.verify(hash, password);
}

function fingerprint(key: Uint8Array, password: string): Buffer {
  return hmac('sha256', key, password).subarray(0, FINGERPRINT);
}

/** The exact form that argon2 writes: a parameter given twice would be read differently here and there. */
const HASH = /^\$argon2id\$v=19\$m=(\d{1,7}),(?:t=(\d{1,3}),p=(\d{1,3})|p=(\d{1,3}),t=(\d{1,3}))\$[\w+/]+\$[\w+/]+$/;

function withinBounds(hash: string): boolean {
  const [, m, t, p, p2, t2] = HASH.exec(hash) ?? [];
  return Number(m) <= BOUNDS.memoryCost && Number(t ?? t2) <= BOUNDS.timeCost && Number(p ?? p2) <= BOUNDS.parallelism;
}
