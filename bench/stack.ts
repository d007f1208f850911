import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSync } from 'otplib';
import pg from 'pg';
import { parseKeyring } from '../functions/shared/crypto/keyring.ts';
import { generatePassword } from '../functions/shared/crypto/password.ts';
import { makePasswordRecord } from '../functions/shared/crypto/password-record.ts';
import { newId } from '../functions/shared/crypto/random.ts';
import { seal } from '../functions/shared/crypto/sealing.ts';
import { newSecret } from '../functions/shared/crypto/totp.ts';
import { startPostgres } from '../local/postgres.ts';
import { ensureSecrets } from '../local/secrets.ts';
import { migrate } from '../migrations/migrate.ts';

/** A function running as its own process, bundled as it is deployed. */
export type FunctionProcess = {
  readonly port: number;
  /** Milliseconds from spawning the process to the first 200 on `/_/ready`. */
  readonly startMs: number;
  /** Resident memory in MB, now. */
  readonly memory: () => number;
  readonly stop: () => Promise<void>;
};

/** Active accounts that share one password record (sealed for each row), so that thousands can be made at once. */
export type Accounts = { readonly logins: readonly string[]; readonly password: string; readonly secret: Buffer };

export type Stack = {
  readonly directory: string;
  readonly env: Record<string, string>;
  readonly db: pg.Pool;
  readonly stop: () => Promise<void>;
};

/** A PostgreSQL as durable as in production, migrated, with fresh secrets. */
export async function startStack(): Promise<Stack> {
  const directory = mkdtempSync(join(tmpdir(), 'credentials-bench-'));
  const secrets = join(directory, 'secrets');
  ensureSecrets(secrets);
  const password = readFileSync(join(secrets, 'postgres-password'), 'utf8');
  const postgres = await startPostgres({ directory: join(directory, 'postgres'), password });
  const url = postgres.url('postgres');
  await migrate(url);
  const db = new pg.Pool({ connectionString: url });
  const env = { DATABASE_URL: url, SECRETS_DIR: secrets, PUBLIC_URL: 'http://localhost', LOG_LEVEL: 'info' };
  return {
    directory,
    env,
    db,
    stop: async () => {
      await db.end();
      await postgres.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function seedAccounts(stack: Stack, prefix: string, count: number): Promise<Accounts> {
  const keyring = parseKeyring(readFileSync(join(stack.env['SECRETS_DIR'] ?? '', 'keyring'), 'utf8'));
  const password = generatePassword();
  const secret = newSecret();
  const record = await makePasswordRecord(password);
  const logins = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const ids = logins.map(() => newId());
  await stack.db.query(
    `with a as (insert into accounts (login) select unnest($1::text[]) returning id, login)
     insert into credential_sets
       (id, account_id, slot, password_sealed, totp_id, totp_sealed, last_step, confirmed_at, expires_at)
     select s.id, a.id, 'current', s.password, s.id, s.totp, 0, clock(), credentials_end(clock(), 'P6M')
     from a join unnest($1::text[], $2::uuid[], $3::bytea[], $4::bytea[]) as s (login, id, password, totp) using (login)`,
    [
      logins,
      ids,
      ids.map((row) => seal(keyring, { purpose: 'password', row }, record)),
      ids.map((row) => seal(keyring, { purpose: 'totp', row }, secret)),
    ],
  );
  // Now, rather than by autovacuum in the middle of a measurement.
  await stack.db.query('vacuum (analyze)');
  return { logins, password, secret };
}

/** The code an authenticator shows `steps` 30-second steps from now. */
export const codeNow = (accounts: Accounts, steps = 0): string =>
  generateSync({ secret: accounts.secret, epoch: Date.now() / 1000 + steps * 30 });

export async function startFunction(stack: Stack, name: string, port: number): Promise<FunctionProcess> {
  const entry = new URL(`../dist/functions/${name}.js`, import.meta.url).pathname;
  const start = performance.now();
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env['PATH'] ?? '', ...stack.env, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await untilReady(child, port);
  return {
    port,
    startMs: performance.now() - start,
    memory: () => residentMegabytes(child.pid ?? 0),
    stop: () => stopped(child),
  };
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null) {
    const ready = await fetch(`http://127.0.0.1:${port}/_/ready`).catch(() => undefined);
    if (ready?.status === 200) return;
    await new Promise((done) => setTimeout(done, 5));
  }
  throw new Error(`the function ended with status ${child.exitCode}`);
}

const residentMegabytes = (pid: number) =>
  (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024) / 1e6;

function stopped(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGTERM');
  });
}
