import { availableParallelism } from 'node:os';
import { collectDefaultMetrics } from 'prom-client';
import { type Environment, readSettings, SettingsError } from '../settings.ts';
import type { FunctionApp } from './app.ts';
import { drain } from './drain.ts';

/** Builds a function's app from an environment. */
export type Build = (env: Environment) => Promise<FunctionApp>;

/**
 * Runs one function as its own process: reads the settings, builds the app, listens, and on SIGTERM or SIGINT
 * stops gracefully (finishes the requests in flight, closes the pool).
 * Settings that do not hold end the process with status 1 and one line on standard error.
 */
export async function serve(build: Build, env: Environment = process.env): Promise<void> {
  try {
    await listen(build, env);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

async function listen(build: Build, env: Environment): Promise<void> {
  reserveThreads();
  const { PORT, HOST } = readSettings(env, ['PORT', 'HOST']);
  const { app, metrics } = await build(env);
  collectDefaultMetrics({ register: metrics.registry });
  const stop = () => {
    drain(app.server);
    void app.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  await app.listen({ port: PORT, host: HOST });
}

/**
 * One thread per processor: more would hash no faster and take 19 MiB each. Must be set before anything uses the pool;
 * signatures and name look-ups wait behind a hash for a moment.
 */
export function reserveThreads(): void {
  process.env['UV_THREADPOOL_SIZE'] ??= String(availableParallelism());
}

/** One line: what a person can put right by name; of anything else, what it said. */
function explain(error: unknown): string {
  if (error instanceof SettingsError || !(error instanceof Error))
    return error instanceof Error ? error.message : String(error);
  const failed = 'syscall' in error ? String(error.syscall) : '';
  const listening = failed === 'listen' || failed === 'getaddrinfo';
  return listening ? `cannot listen with this HOST and PORT: ${error.message}` : error.message;
}
