import { createCipheriv, createHash } from 'node:crypto';
import fc from 'fast-check';
import type { RandomBytes } from '../../functions/shared/crypto/random.ts';

/** Runs a property on the same inputs every time. */
export const holds = <Input>(property: fc.IProperty<Input>, numRuns = 200): void =>
  fc.assert(property, { seed: 20261121, numRuns });

/** 32 bytes that look random and are the same in every run. */
export const bytesOf = (name: string): Buffer => createHash('sha256').update(name).digest();

/** An endless stream of bytes that looks random (AES-256-CTR) and is the same in every run. */
export function seededRandom(seed: string): RandomBytes {
  const stream = createCipheriv('aes-256-ctr', bytesOf(seed), Buffer.alloc(16));
  return (size) => stream.update(Buffer.alloc(size));
}

/** Hands out exactly these bytes, then throws. */
export function scriptedRandom(bytes: Iterable<number>): RandomBytes {
  const script = Buffer.from([...bytes]);
  let used = 0;
  return (size) => {
    if (used + size > script.length) throw new Error('the script of bytes is used up');
    used += size;
    return script.subarray(used - size, used);
  };
}

/** The ways in which a secret could turn up in a text. */
export const encodingsOf = (secret: Uint8Array): string[] => {
  const bytes = Buffer.from(secret);
  return [
    bytes.toString('utf8'),
    bytes.toString('latin1'),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
};
