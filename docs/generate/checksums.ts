import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

const MIGRATIONS = new URL('../../migrations/', import.meta.url);

/** A line per migration: SHA-256 and name. A migration that has been released never changes; a new one is added. */
export function migrationChecksums(): string {
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'));
  return files
    .sort()
    .map(
      (name) =>
        `${createHash('sha256')
          .update(readFileSync(new URL(name, MIGRATIONS)))
          .digest('hex')}  ${name}\n`,
    )
    .join('');
}
