import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseSigningKeys } from '../../functions/shared/crypto/access-token.ts';
import { parseKeyring } from '../../functions/shared/crypto/keyring.ts';
import { parseSubjectKey } from '../../functions/shared/crypto/subject-key.ts';
import { ensureSecrets } from '../../local/secrets.ts';

const NAMES = ['keyring', 'postgres-password', 'signing-keys', 'subject-key'];

const root = mkdtempSync(join(tmpdir(), 'credentials-ensure-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const contents = (directory: string): Buffer[] => NAMES.map((name) => readFileSync(join(directory, name)));

describe('ensureSecrets', () => {
  it('makes every secret, for its owner only, in a directory for its owner only', () => {
    const directory = join(root, 'deep', 'secrets');
    const umask = process.umask(0);
    try {
      ensureSecrets(directory);
    } finally {
      process.umask(umask);
    }
    expect(readdirSync(directory).sort()).toEqual(NAMES);
    expect(modeOf(directory)).toBe('700');
    expect(NAMES.map((name) => modeOf(join(directory, name)))).toEqual(NAMES.map(() => '600'));
  });

  it('closes a directory that was open', () => {
    const directory = mkdtempSync(join(root, 'open-'));
    chmodSync(directory, 0o755);
    ensureSecrets(directory);
    expect(modeOf(directory)).toBe('700');
  });

  it('writes what our parsers read', async () => {
    const directory = join(root, 'parsed');
    ensureSecrets(directory);
    const read = (name: string) => readFileSync(join(directory, name), 'utf8');
    expect(parseKeyring(read('keyring')).sealingKid).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect((await parseSigningKeys(read('signing-keys'))).jwks.keys).toHaveLength(1);
    expect(parseSubjectKey(read('subject-key'))('x')).toHaveLength(16);
    expect(/^[A-Za-z0-9_-]{43}$/.test(read('postgres-password'))).toBe(true);
  });

  it('makes other secrets in another place, and none twice in one', () => {
    ensureSecrets(join(root, 'one'));
    ensureSecrets(join(root, 'two'));
    const all = [...contents(join(root, 'one')), ...contents(join(root, 'two'))].map(String);
    expect(new Set(all).size).toBe(8);
  });

  it('never overwrites what exists, even when it is malformed', () => {
    const directory = join(root, 'kept');
    ensureSecrets(directory);
    writeFileSync(join(directory, 'keyring'), 'put here by hand');
    const before = contents(directory);
    ensureSecrets(directory);
    expect(contents(directory).map((bytes, index) => bytes.equals(before[index] as Buffer))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('makes the one that is missing, and picks up where a crash left half a file', () => {
    const directory = join(root, 'partial');
    ensureSecrets(directory);
    const before = contents(directory);
    rmSync(join(directory, 'subject-key'));
    writeFileSync(join(directory, 'subject-key.new'), 'half', { mode: 0o600 });
    ensureSecrets(directory);
    expect(readdirSync(directory).sort()).toEqual(NAMES);
    const same = contents(directory).map((bytes, index) => bytes.equals(before[index] as Buffer));
    expect(same).toEqual([true, true, true, false]);
    expect(() => parseSubjectKey(readFileSync(join(directory, 'subject-key'), 'utf8'))).not.toThrow();
    expect(modeOf(join(directory, 'subject-key'))).toBe('600');
  });
});
