import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newKey, newKeyring, newSigningKeys } from '../functions/shared/crypto/new-keys.ts';

/** Makes every secret a local installation needs, once. What exists is never overwritten. */
export function ensureSecrets(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const kid = new Date().toISOString().slice(0, 10);
  ensureFile(directory, 'keyring', () => newKeyring(kid));
  ensureFile(directory, 'signing-keys', () => newSigningKeys(kid));
  ensureFile(directory, 'subject-key', newKey);
  ensureFile(directory, 'postgres-password', newKey);
}

/** Written beside and renamed, so that a crash in between leaves no half a key behind. */
function ensureFile(directory: string, name: string, make: () => string): void {
  const path = join(directory, name);
  if (existsSync(path)) return;
  writeFileSync(`${path}.new`, make(), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
