import { createServer } from 'node:http';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { createGateway } from '../../../local/gateway.ts';
import { servePage } from '../../../local/page.ts';
import { cloneDatabase, type TestDatabase } from '../../support/database.ts';
import { makeSecrets } from '../../support/product.ts';

/** The product behind one port, with the real time plus a skew that tests can set. */
export type Site = {
  readonly url: string;
  readonly db: TestDatabase;
  /** The time the product believes it is, in seconds since 1970. */
  readonly now: () => Promise<number>;
  /** Lets time pass, for the product. */
  readonly skew: (interval: string) => Promise<void>;
  /** Called for each request to a function; answering true means that it has dealt with it. */
  intercept:
    | ((name: string, destroy: () => void, respond: (status: number, retryAfter: number) => void) => boolean)
    | null;
};

export async function startSite(settings: Record<string, string> = {}): Promise<Site> {
  const db = await cloneDatabase('pristine');
  await db.query(`create table skew (by interval not null)`);
  await db.query(`insert into skew values ('0')`);
  await db.query(`create or replace function clock() returns timestamptz language sql stable
    as $$ select now() + by from public.skew $$`);
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const url = `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const env = { DATABASE_URL: db.url, SECRETS_DIR: makeSecrets(), PUBLIC_URL: url, LOG_LEVEL: 'silent', ...settings };
  const gateway = await createGateway(env);
  const page = servePage();
  const site: Site = {
    url,
    db,
    now: db.now,
    skew: async (interval) => void (await db.query('update skew set by = by + $1::interval', [interval])),
    intercept: null,
  };
  server.on('request', (request, response) => {
    const name = /^\/function\/([\w-]+)/.exec(request.url ?? '')?.[1];
    const respond = (status: number, retryAfter: number) => {
      const body = JSON.stringify({ code: status === 503 ? 'overloaded' : 'internal_error', status });
      response
        .writeHead(status, { 'retry-after': String(retryAfter), 'content-type': 'application/problem+json' })
        .end(body);
    };
    if (name !== undefined && site.intercept?.(name, () => request.destroy(), respond)) return;
    if (!gateway.route(request, response)) page(request, response);
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await gateway.close();
  });
  return site;
}

let running: Promise<Browser> | undefined;

/** The installed Chromium; no browser is downloaded. */
function browser(): Promise<Browser> {
  running ??= chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return running;
}

afterAll(async () => {
  await (await running)?.close();
  running = undefined;
});

export const DESKTOP = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A device of its own: nothing shared with other devices. Problems the browser reports are collected. */
export async function device(options: BrowserContextOptions = {}): Promise<BrowserContext & { problems: string[] }> {
  const context = await (await browser()).newContext({ locale: 'en-GB', ...DESKTOP, ...options });
  const problems: string[] = [];
  const watch = (page: Page) => {
    page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
    page.on('console', (message) => {
      // A refusal of the product shows up as a failed resource; everything else is a fault of the page.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) problems.push(message.text());
    });
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (!['data:', 'blob:'].includes(protocol) && hostname !== 'localhost') problems.push(`leaves: ${request.url()}`);
    });
  };
  context.on('page', watch);
  return Object.assign(context, { problems });
}

/** The element that carries a hook. */
export const hook = (page: Page, name: string) => page.getByTestId(name);
