import { createServer, type Server } from 'node:http';
import { resolve } from 'node:path';
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
  const stopDatabaseOnFailure = async (error: unknown) => {
    await database.stop();
    throw error;
  };
  await migrate(database.url).catch(stopDatabaseOnFailure);
  const gateway = await createGateway({
    LOG_LEVEL: 'warn',
    ...process.env,
    SECRETS_DIR: process.env['SECRETS_DIR'] || localSecrets,
    DATABASE_URL: database.url,
    PUBLIC_URL: publicUrl,
  }).catch(stopDatabaseOnFailure);
  const page = servePage();
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!gateway.route(request, response)) page(request, response);
  });

  if (publicUrl !== `http://localhost:${port}`) process.stdout.write(`QR codes lead to ${publicUrl}\n`);
  process.stdout.write(`Ready on http://localhost:${port}\n`);
  stopOnSignal(async () => {
    drain(server);
    await new Promise((done) => server.close(done));
    await gateway.close();
    await database.stop();
  });
}

/** Until everything is up, requests are told to come back. */
function listen(host: string, port: number): Promise<Server> {
  const server = createServer((_request, response) => response.writeHead(503, { 'retry-after': '1' }).end());
  server.requestTimeout = 10_000;
  server.on('clientError', answerUnreadable);
  server.keepAliveTimeout = 65_000;
  return new Promise((done, reject) => {
    server.once('error', reject).listen(port, host, () => done(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) return;
    stopping = true;
    void stop().then(() => process.exit(0));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
}

/** One clear line for what a person can put right; a stack only for what nobody foresaw. */
function explain(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return `${error.message.replace('listen ', '')}. Set PORT to use another port.`;
  return error.message;
}

await start().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
});
