import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** What a key derived from the keyring is for. One key per purpose: a value sealed for one never opens for another. */
export type SealPurpose = 'password' | 'totp';

/** The keys that seal what the database stores. The first one seals, all of them open. */
export type Keyring = {
  /** Id of the key that seals. */
  readonly sealingKid: string;
  /** The 32-byte key for a purpose, or null when the keyring does not know the key id. */
  readonly derive: (kid: string, purpose: SealPurpose) => KeyObject | null;
};

const keyringFile = z.strictObject({
  keys: z
    .array(z.strictObject({ kid: z.string().regex(/^[A-Za-z0-9._-]{1,32}$/), key: z.base64url().length(43) }))
    .min(1),
});

/**
 * Parses a keyring file: `{"keys":[{"kid":"…","key":"…32 bytes, base64url…"}]}`.
 * Throws an error that names what is wrong and never shows a key.
 */
export function parseKeyring(text: string): Keyring {
  const keys = readKeys(text);
  const derived = new Map<string, KeyObject>();
  const [first] = keys.keys();
  return {
    sealingKid: first as string,
    derive: (kid, purpose) => {
      const master = keys.get(kid);
      if (master === undefined) return null;
      const name = `${purpose}/${kid}`;
      const known = derived.get(name);
      if (known !== undefined) return known;
      const key = createSecretKey(deriveKey(master, `cofrap-credentials/v1/seal/${purpose}`));
      derived.set(name, key);
      return key;
    },
  };
}

/** HKDF-SHA-256 (RFC 5869) to 32 bytes. The salt is empty: the input already is a uniform key. */
export function deriveKey(master: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, new Uint8Array(0), info, 32));
}

function readKeys(text: string): Map<string, Buffer> {
  const parsed = keyringFile.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`is malformed at "${issue?.path.join('.') ?? ''}"`);
  }
  const keys = new Map<string, Buffer>();
  for (const { kid, key } of parsed.data.keys) {
    const bytes = Buffer.from(key, 'base64url');
    if (bytes.length !== 32) throw new Error(`holds a key that is not 32 bytes long (kid "${kid}")`);
    if (keys.has(kid)) throw new Error(`names the key id "${kid}" twice`);
    keys.set(kid, bytes);
  }
  return keys;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
}
