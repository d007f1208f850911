import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway, type Gateway } from '../../local/gateway.ts';
import { cloneDatabase } from '../support/database.ts';
import { makeSecrets, PUBLIC_URL } from '../support/product.ts';

const db = await cloneDatabase();
const env = { DATABASE_URL: db.url, SECRETS_DIR: makeSecrets(), PUBLIC_URL, LOG_LEVEL: 'silent' };
let gateway: Gateway;
let server: Server;
let url = '';

beforeAll(async () => {
  gateway = await createGateway(env);
  server = createServer((request, response) => {
    if (!gateway.route(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await gateway.close();
});

describe('the gateway in miniature', () => {
  it.each(['', '/', '?a=1'])('hands /function/<name>%s to the function as its root', async (rest) => {
    const reply = await fetch(`${url}/function/rotate${rest}`);
    expect(reply.status).toBe(405);
    expect(reply.headers.get('allow')).toBe('POST');
  });

  it('hands on what is below it', async () => {
    expect((await fetch(`${url}/function/authenticate/.well-known/jwks.json`)).status).toBe(200);
    expect((await fetch(`${url}/function/reveal-password/_/ready`)).status).toBe(200);
  });

  it.each(['/function/', '/function/unknown', '/function/rotate-x', '/function/__proto__'])(
    'says that there is no function at %s',
    async (path) => {
      const reply = await fetch(url + path);
      expect(reply.status).toBe(404);
      expect(reply.headers.get('content-type')).toContain('application/problem+json');
      expect(await reply.json()).toMatchObject({ code: 'not_found', requestId: reply.headers.get('x-request-id') });
    },
  );

  it.each(['/', '/function', '/functions/rotate', '/other/function/rotate'])('leaves %s to others', async (path) => {
    expect((await fetch(url + path)).status).toBe(418);
  });
});
