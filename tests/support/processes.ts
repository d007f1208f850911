import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll } from 'vitest';

/** Registered when the file is loaded: inside a test it would be too late. No process outlives its test file. */
const started = new Set<(signal: NodeJS.Signals) => Promise<unknown>>();
afterAll(async () => {
  await Promise.all([...started].map((kill) => kill('SIGKILL')));
});

/** A program of ours running as a process of its own. */
export type Running = {
  readonly child: ChildProcess;
  /** Everything it wrote to standard output and standard error. */
  readonly output: () => string;
  /** Resolves with the exit status when it has ended. */
  readonly ended: Promise<number | null>;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
};

/** Starts `node file` and resolves once a line of its output matches. Killed after the file's tests if still running. */
export async function run(file: string, env: Record<string, string>, ready: RegExp): Promise<Running> {
  const child = spawn(process.execPath, [file], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | null>((done) => child.once('close', done));
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const isReady = new Promise<boolean>((done) => {
    void ended.then(() => done(false));
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      if (ready.test(line)) done(true);
    });
  });
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  started.add(kill);
  if (!(await isReady)) throw new Error(`${file} ended before it was ready: ${output}`);
  return { child, output: () => output, ended, kill };
}

export type FunctionProcess = Running & { readonly url: string };

/** Starts a function as it is deployed, on a free port. */
export async function runFunction(name: string, env: Record<string, string>): Promise<FunctionProcess> {
  const settings = { ...env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'debug' };
  const running = await run(`functions/${name}/server.ts`, settings, /Server listening at/);
  const port = /Server listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(running.output())?.[1];
  return { ...running, url: `http://127.0.0.1:${port}` };
}

/** POSTs JSON over a real connection. */
export async function postJson(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}
