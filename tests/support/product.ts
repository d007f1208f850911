import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll } from 'vitest';
import { FUNCTIONS } from '../../local/gateway.ts';
import { ensureSecrets } from '../../local/secrets.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies are what the server sent; the assertions say what they must be.
export type Body = any;
export type Reply = { readonly status: number; readonly headers: Record<string, unknown>; readonly body: Body };
export type CallOptions = {
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly client?: string;
  readonly method?: 'GET' | 'POST';
};

/** The five functions over a cloned database, called in-process, without a port. */
export type Product = {
  readonly db: TestDatabase;
  readonly env: Record<string, string>;
  readonly apps: Readonly<Record<string, FastifyInstance>>;
  readonly call: (name: string, body: unknown, options?: CallOptions) => Promise<Reply>;
};

export const PUBLIC_URL = 'https://login.example.test';

/** Fresh secrets in a directory that goes away after the file's tests. */
export function makeSecrets(): string {
  const directory = mkdtempSync(join(tmpdir(), 'credentials-secrets-'));
  ensureSecrets(directory);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Builds the product for this test file. `settings` are added to the environment. */
export async function startProduct(settings: Record<string, string> = {}): Promise<Product> {
  const db = await cloneDatabase();
  const env = { DATABASE_URL: db.url, SECRETS_DIR: makeSecrets(), PUBLIC_URL, LOG_LEVEL: 'silent', ...settings };
  const apps: Record<string, FastifyInstance> = {};
  for (const [name, build] of Object.entries(FUNCTIONS)) apps[name] = (await build(env)).app;
  afterAll(async () => {
    await Promise.all(Object.values(apps).map((app) => app.close()));
  });
  return { db, env, apps, call: (name, body, options) => call(apps, name, body, options) };
}

async function call(
  apps: Record<string, FastifyInstance>,
  name: string,
  body: unknown,
  { headers = {}, path = '/', client = '192.0.2.1', method = 'POST' }: CallOptions = {},
): Promise<Reply> {
  const app = apps[name];
  if (app === undefined) throw new Error(`no function ${name}`);
  const raw = typeof body === 'string' || Buffer.isBuffer(body);
  const response = await app.inject({
    method,
    url: path,
    remoteAddress: client,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { payload: raw ? body : JSON.stringify(body) }),
  });
  return { status: response.statusCode, headers: response.headers, body: readBody(response.body) };
}

function readBody(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
