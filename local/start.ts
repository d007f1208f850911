import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
import { REQUEST_TIMEOUT } from '../functions/shared/http/app.ts';
import { drain } from '../functions/shared/http/drain.ts';
import { reserveThreads } from '../functions/shared/http/serve.ts';
import { answerUnreadable } from '../functions/shared/http/unreadable.ts';
import { readSettings, SettingsError } from '../functions/shared/settings.ts';
import { migrate } from '../migrations/migrate.ts';
import { defaultPublicUrl } from './address.ts';
import { startDatabase } from './database.ts';
import { createGateway } from './gateway.ts';
import { servePage } from './page.ts';
import { ensureSecrets } from './secrets.ts';

/** What has been started and how to stop it, in the order it came up. */
const running: (() => Promise<void>)[] = [];

/** The whole product on this machine: PostgreSQL, the migrations, every function, the page. */
async function start(): Promise<void> {
  reserveThreads();
  const dataDir = resolve(process.env['DATA_DIR'] || '.local');
  const host = process.env['HOST'] || '127.0.0.1';
  const { PORT } = readSettings(process.env, ['PORT']);
  // The port is taken first: a second start must not touch the data of the one that is running.
  const server = await listen(host, PORT);
  const port = portOf(server);
  const publicUrl = process.env['PUBLIC_URL'] || defaultPublicUrl(host, port);

  const localSecrets = resolve(dataDir, 'secrets');
  ensureSecrets(localSecrets);
  const database = await startDatabase(dataDir);
  running.push(database.stop);
  await migrate(database.url);
  const gateway = await createGateway({
    LOG_LEVEL: 'warn',
    ...process.env,
    SECRETS_DIR: process.env['SECRETS_DIR'] || localSecrets,
    DATABASE_URL: database.url,
    PUBLIC_URL: publicUrl,
  });
  running.push(gateway.close);
  const page = servePage();
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!gateway.route(request, response)) page(request, response);
  });
  running.push(() => close(server));

  if (publicUrl !== `http://localhost:${port}`) process.stdout.write(`QR codes lead to ${publicUrl}\n`);
  process.stdout.write(`Ready on http://localhost:${port}\n`);
}

/** Until everything is up, requests are told to come back. */
function listen(host: string, port: number): Promise<Server> {
  const timeouts = { requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT };
  const server = createServer({ ...timeouts, connectionsCheckingInterval: 1_000, keepAliveTimeout: 65_000 });
  server.on('request', (_request, response) => response.writeHead(503, { 'retry-after': '1' }).end());
  server.on('clientError', answerUnreadable);
  return new Promise((done, reject) => {
    server.once('error', reject).listen(port, host, () => done(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function close(server: Server): Promise<void> {
  drain(server);
  return new Promise((done) => server.close(() => done()));
}

/** Stops what is up, last first: the server finishes its requests before the functions close and the database stops. */
async function stop(): Promise<void> {
  for (const stopOne of running.splice(0).reverse()) await stopOne().catch(() => {});
}

/** One clear line for what a person can put right. */
function explain(error: unknown): string {
  if (error instanceof SettingsError || !(error instanceof Error))
    return error instanceof Error ? error.message : String(error);
  if (!('code' in error)) return error.message;
  if (error.code === 'EADDRINUSE') return `${error.message.replace('listen ', '')}. Set PORT to use another port.`;
  const listening = 'syscall' in error && (error.syscall === 'listen' || error.syscall === 'getaddrinfo');
  return listening ? `cannot listen with this HOST and PORT: ${error.message}` : error.message;
}

let stopping = false;
const starting = start().catch(async (error: unknown) => {
  await stop();
  if (!stopping) process.stderr.write(`${explain(error)}\n`);
  process.exit(stopping ? 0 : 1);
});

/** A signal during the start waits for the step under way, so that nothing is left behind half started. */
const onSignal = () => {
  if (stopping) return;
  stopping = true;
  void starting.then(stop).then(() => process.exit(0));
};
process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
