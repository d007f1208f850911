import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Environment, readSecret, readSettings, SettingsError } from '../functions/shared/settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'credentials-settings-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What reading is refused with: one line that names what is wrong. */
function complaint(readIt: () => unknown): string {
  try {
    readIt();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

describe('DATABASE_URL', () => {
  const secrets = join(directory, 'database');
  const url = 'postgres://u:hunter2@h/d';
  mkdirSync(secrets);
  writeFileSync(join(secrets, 'database-url'), `${url}\n`);

  it('may be the secret file "database-url", since it carries a password', () => {
    expect(readSettings({ SECRETS_DIR: secrets }, ['DATABASE_URL'])).toEqual({ DATABASE_URL: url });
    expect(readSettings({ SECRETS_DIR: secrets, DATABASE_URL: '' }, ['DATABASE_URL'])).toEqual({ DATABASE_URL: url });
  });

  it('is the variable when both are there', () => {
    const both = { SECRETS_DIR: secrets, DATABASE_URL: 'postgres://variable/d' };
    expect(readSettings(both, ['DATABASE_URL'])).toEqual({ DATABASE_URL: 'postgres://variable/d' });
  });

  it('is refused without its value when the file holds something else', () => {
    const malformed = join(directory, 'malformed');
    mkdirSync(malformed);
    writeFileSync(join(malformed, 'database-url'), 'hunter2');
    expect(complaint(() => readSettings({ SECRETS_DIR: malformed }, ['DATABASE_URL']))).toBe(
      'DATABASE_URL is not a postgres:// URL',
    );
  });

  it('is refused when the file cannot be read', () => {
    const unreadable = join(directory, 'unreadable');
    mkdirSync(join(unreadable, 'database-url'), { recursive: true });
    expect(complaint(() => readSettings({ SECRETS_DIR: unreadable }, ['DATABASE_URL']))).toBe(
      `secret "database-url" cannot be read from ${unreadable}`,
    );
  });
});

describe('a secret', () => {
  const refused = async (
    file: string,
    parse: (text: string) => unknown,
    where: Environment = { SECRETS_DIR: directory },
  ) => {
    const error: unknown = await readSecret(where, file, parse).catch((thrown: unknown) => thrown);
    return complaint(() => {
      throw error;
    });
  };

  it('is the content of its file, parsed', async () => {
    writeFileSync(join(directory, 'present'), 'text\n');
    expect(await readSecret({ SECRETS_DIR: directory }, 'present', (text) => text.length)).toBe(5);
    expect(await readSecret({ SECRETS_DIR: directory }, 'present', async (text) => text.trim())).toBe('text');
  });

  it('is missing by name', async () => {
    expect(await refused('absent', String)).toBe(`secret "absent" is missing from ${directory}`);
    const defaults = { SECRETS_DIR: '' };
    expect(await refused('absent', String, defaults)).toBe('secret "absent" is missing from /var/openfaas/secrets');
  });

  it('cannot be a directory', async () => {
    mkdirSync(join(directory, 'folder'));
    expect(await refused('folder', String)).toBe(`secret "folder" cannot be read from ${directory}`);
  });

  it('is refused with what its parser says, behind its name, and never shown', async () => {
    writeFileSync(join(directory, 'wrong'), 'hunter2');
    const parse = async () => {
      throw new Error('is not 32 bytes long');
    };
    expect(await refused('wrong', parse)).toBe('secret "wrong" is not 32 bytes long');
    const rude = () => {
      throw 'hunter2';
    };
    expect(await refused('wrong', rude)).toBe('secret "wrong" is malformed');
  });
});
