import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

type Source = { readonly path: string; readonly code: string; readonly imports: readonly string[] };

/** Every TypeScript file of a folder: its code without comments, and what it imports, own files by their path. */
const sources = (folder: string): Source[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = join(folder, name);
      const code = withoutComments(readFileSync(join(ROOT, path), 'utf8'));
      return { path: path.split(sep).join('/'), code, imports: importsOf(path, code) };
    });

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

function importsOf(path: string, code: string): string[] {
  const named = /(?:\bfrom|\bimport\s*\(?|\brequire\s*\()\s*['"]([^'"]+)['"]/g;
  return [...code.matchAll(named)].map(([, specifier = '']) =>
    specifier.startsWith('.')
      ? relative(ROOT, join(ROOT, dirname(path), specifier))
          .split(sep)
          .join('/')
      : specifier,
  );
}

const functions = sources('functions');
const product = [...functions, ...sources('local'), ...sources('migrations')];

/** The files among `files` that break a rule. */
const offenders = (files: readonly Source[], breaks: (file: Source) => boolean): string[] =>
  files.filter(breaks).map(({ path }) => path);

/** The function's folder a path lies in, or undefined for what is shared. */
const functionOf = (path: string): string | undefined => /^functions\/(?!shared\/)([^/]+)\//.exec(path)?.[1];

describe('the tree', () => {
  it('is read as it is', () => {
    expect(new Set(functions.map(({ path }) => functionOf(path)))).toEqual(
      new Set([undefined, 'authenticate', 'generate-2fa', 'generate-password', 'reveal-password', 'rotate']),
    );
    const verify = functions.find(({ path }) => path === 'functions/shared/verification/verify.ts');
    expect(verify?.imports).toContain('functions/shared/crypto/sealing.ts');
    expect(functions.find(({ path }) => path === 'functions/rotate/rotate.ts')?.imports).toContain(
      'functions/shared/audit.ts',
    );
  });

  it('holds SQL in query files only', () => {
    const queryFiles = [
      /^functions\/.*\/queries\.ts$/,
      /^functions\/shared\/db\//,
      /^functions\/shared\/audit\.ts$/,
      /^migrations\/migrate\.ts$/,
      // Not a query file, and outside the functions: its one statement is the lock that keeps two starts apart.
      /^local\/database\.ts$/,
    ];
    const sql = /\.query\s*[(<]|['"`]\s*(select|insert into|update|delete from|with) [a-z(]/i;
    const elsewhere = product.filter(({ path }) => !queryFiles.some((file) => file.test(path)));
    expect(offenders(elsewhere, ({ code }) => sql.test(code))).toEqual([]);
  });

  it('lets no function import another, and shared none', () => {
    const crosses = ({ path, imports }: Source) =>
      imports.some((target) => functionOf(target) !== undefined && functionOf(target) !== functionOf(path));
    expect(offenders(functions, crosses)).toEqual([]);
  });

  it('lets functions import nothing of local, migrations or tests', () => {
    const outside = (target: string) => /^(local|migrations|tests|frontend|bench)\//.test(target);
    expect(offenders(functions, ({ imports }) => imports.some(outside))).toEqual([]);
  });

  it('touches cryptography in functions/shared/crypto only', () => {
    const crypto = /^((node:)?crypto|argon2|otplib|@otplib\/.*|jose|@noble\/.*)$/;
    const elsewhere = ({ path, imports, code }: Source) =>
      !path.startsWith('functions/shared/crypto/') &&
      (imports.some((target) => crypto.test(target)) ||
        /\b(globalThis\.)?crypto\.(subtle|randomUUID|getRandomValues)/.test(code));
    expect(offenders(product, elsewhere)).toEqual([]);
  });

  it('reads the environment in serve.ts and local only', () => {
    const readsEnvironment = ({ code }: Source) =>
      /\bprocess\s*\.\s*env\b|\bprocess\s*\[|import\(?\s*['"]node:process/.test(code);
    const elsewhere = product.filter(
      ({ path }) => path !== 'functions/shared/http/serve.ts' && !path.startsWith('local/'),
    );
    expect(offenders(elsewhere, readsEnvironment)).toEqual([]);
  });

  it('takes clock and randomness as arguments: no wall clock, no weak randomness', () => {
    const wallClock =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\s*\()|\bDate\(\s*\)|\bMath\.random\b|\bperformance\.timeOrigin\b/;
    expect(offenders(functions, ({ code }) => wallClock.test(code))).toEqual([]);
  });

  it('lets one file decide what a client may see of an error', () => {
    const own = 'functions/shared/http/problems.ts';
    expect(offenders(functions, ({ path, code }) => path !== own && /['"]?detail['"]?\s*:\s*['"`]/.test(code))).toEqual(
      [],
    );
    const problem = /application\/problem\+json/;
    expect(offenders(functions, ({ code }) => problem.test(code))).toEqual([
      'functions/shared/http/app.ts',
      'functions/shared/http/unreadable.ts',
    ]);
  });
});
