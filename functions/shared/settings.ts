import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

/** The environment a function starts in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A missing, short or malformed setting or key. Its message is one line, names it, and never shows its value. */
export class SettingsError extends Error {}

/**
 * An ISO 8601 duration, handed to PostgreSQL as it is: the database does the calendar. Must not be zero.
 * Bounded so that no sum of an instant and a duration leaves the four-digit years of RFC 3339.
 */
const duration = z
  .string()
  .regex(
    /^P(?!$)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?(T(?=\d)(\d{1,7}H)?(\d{1,8}M)?(\d{1,9}S)?)?$/,
    'is not an ISO 8601 duration such as PT15M or P6M',
  )
  .regex(/[1-9]/, 'must be longer than zero');

const publicUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http(s) URL', abort: true })
  .refine((text) => new URL(text).pathname === '/' && !/[?#]/.test(text), 'must be an origin, without a path')
  .transform((text) => new URL(text).origin);

const addressRanges = z
  .string()
  .transform((text) => text.split(',').flatMap((range) => range.trim() || []))
  .refine((ranges) => ranges.every(isAddressRange), 'is not a comma-separated list of addresses or CIDR ranges');

/** Every setting a function may ask for. A function reads only those it names. */
const SETTINGS = {
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'is not a port number')
    .transform(Number)
    .refine((port) => port <= 65_535, 'is not a port number')
    .default(8080),
  HOST: z.string().min(1).default('0.0.0.0'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL', abort: true })
    .refine(isDatabaseUrl, 'is not a postgres:// URL with a host'),
  PUBLIC_URL: publicUrl,
  ISSUER: z
    .string()
    .regex(/^[^:\p{Cc}]{1,64}$/u, 'must be 1 to 64 characters without a colon')
    .default('COFRAP'),
  CREDENTIAL_LIFETIME: duration.default('P6M'),
  ENROLMENT_TTL: duration.default('PT15M'),
  REVEAL_TTL: duration.default('PT15M'),
  ROTATION_TICKET_TTL: duration.default('PT15M'),
  TRUSTED_PROXIES: addressRanges.default([]),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'is none of debug, info, warn, error, silent')
    .default('info'),
} as const;

type Settings = { [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]> };

/** Reads the named settings, or throws a {@link SettingsError} about the first that is wrong. */
export function readSettings<Name extends keyof Settings>(
  env: Environment,
  names: readonly Name[],
): Pick<Settings, Name> {
  return Object.fromEntries(names.map((name) => [name, readSetting(env, name)])) as Pick<Settings, Name>;
}

/**
 * Reads a secret file below `SECRETS_DIR` and parses it. An error of the parser is prefixed with the file's name;
 * parsers never put the content into theirs.
 */
export async function readSecret<T>(
  env: Environment,
  file: string,
  parse: (text: string) => T | Promise<T>,
): Promise<T> {
  const text = readSecretText(env, file);
  if (text === undefined) throw new SettingsError(`secret "${file}" is missing from ${secretsDirectory(env)}`);
  try {
    return await parse(text);
  } catch (error) {
    throw new SettingsError(`secret "${file}" ${error instanceof Error ? error.message : 'is malformed'}`);
  }
}

function readSetting(env: Environment, name: keyof Settings): unknown {
  const parsed = SETTINGS[name].safeParse(readText(env, name));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new SettingsError(
    `${name} ${readText(env, name) === undefined ? 'is missing' : (issue?.message ?? 'is malformed')}`,
  );
}

/** An empty variable counts as absent. The database's URL carries a password, so it may also be a secret file. */
function readText(env: Environment, name: keyof Settings): string | undefined {
  const text = env[name] || undefined;
  return text ?? (name === 'DATABASE_URL' ? readSecretText(env, 'database-url')?.trim() : undefined);
}

const secretsDirectory = (env: Environment) => env['SECRETS_DIR'] || '/var/openfaas/secrets';

function readSecretText(env: Environment, file: string): string | undefined {
  try {
    return readFileSync(join(secretsDirectory(env), file), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new SettingsError(`secret "${file}" cannot be read from ${secretsDirectory(env)}`);
  }
}

function isAddressRange(text: string): boolean {
  const [address = '', prefix, rest] = text.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  if (isIP(address) === 0 || rest !== undefined) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= bits);
}

/** What pg would otherwise find out at the first request, or quietly take for this machine. */
function isDatabaseUrl(text: string): boolean {
  const { hostname, username, password, pathname, searchParams } = new URL(text);
  const sslmode = searchParams.get('sslmode');
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part);
  } catch {
    return false;
  }
  const knownMode = sslmode === null || /^(disable|prefer|require|verify-ca|verify-full|no-verify)$/.test(sslmode);
  return knownMode && (hostname !== '' || searchParams.has('host'));
}
