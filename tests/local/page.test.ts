import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_HEADERS, servePage } from '../../local/page.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DIST = `${ROOT}/frontend/dist`;

let server: Server;

beforeAll(async () => {
  if (!existsSync(`${DIST}/index.html`))
    execFileSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'frontend', '--logLevel', 'warn'], {
      cwd: ROOT,
    });
  server = createServer(servePage());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => new Promise((closed) => server.close(closed)));

type Reply = { readonly status: number | undefined; readonly headers: IncomingHttpHeaders; readonly text: string };

/** A request whose path goes out as it is, dots and all. */
const ask = (path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    })
      .on('error', reject)
      .end();
  });

const built = (name: string): string => readFileSync(`${DIST}/${name}`, 'utf8');

describe('the page', () => {
  it.each([
    ['/', 'index.html', 'no-cache'],
    ['/login', 'index.html', 'no-cache'],
    ['/renew', 'index.html', 'no-cache'],
    ['/reveal', 'reveal.html', 'no-store'],
    ['/reveal?utm_source=mail', 'reveal.html', 'no-store'],
    ['/reveal.html', 'reveal.html', 'no-store'],
  ])('serves %s from %s, to be kept: %s', async (path, file, caching) => {
    const reply = await ask(path);
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': caching } });
    expect(reply.headers['content-type']).toMatch(/^text\/html/);
    expect(reply.text).toBe(built(file));
    expect(await ask(path, 'HEAD')).toMatchObject({ status: 200, text: '', headers: { 'cache-control': caching } });
  });

  it('serves what its documents refer to, to be kept for ever', async () => {
    const assets = readdirSync(`${DIST}/assets`);
    expect(assets.length).toBeGreaterThan(1);
    for (const name of assets) {
      const reply = await ask(`/assets/${name}`);
      expect([name, reply.status]).toEqual([name, 200]);
      expect(reply.headers).toMatchObject({ ...PAGE_HEADERS, 'cache-control': 'public, max-age=31536000, immutable' });
      expect(reply.headers['content-type']).toMatch(name.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
      expect(name).toMatch(/-[\w-]{8}\.(js|css)$/);
    }
    for (const document of ['index.html', 'reveal.html'])
      for (const [, path = ''] of built(document).matchAll(/(?:src|href)="(\/[^"]+)"/g))
        expect([path, (await ask(path)).status]).toEqual([path, 200]);
  });

  it('allows no inline code, no other origin, no frame and no referrer', async () => {
    const policy = Object.fromEntries(
      String((await ask('/reveal')).headers['content-security-policy'])
        .split('; ')
        .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1).join(' ')]),
    );
    expect(policy).toEqual({
      'default-src': `'none'`,
      'script-src': `'self'`,
      'style-src': `'self'`,
      'img-src': `'self' data:`,
      'connect-src': `'self'`,
      'form-action': `'none'`,
      'base-uri': `'none'`,
      'frame-ancestors': `'none'`,
      'require-trusted-types-for': `'script'`,
      'trusted-types': `'none'`,
    });
    for (const document of ['index.html', 'reveal.html'])
      expect(built(document)).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:\/\//);
  });

  it.each(['/', '/reveal', '/nothing', '/mark.svg'])('puts its headers on every answer: %s', async (path) => {
    expect((await ask(path)).headers).toMatchObject({
      ...PAGE_HEADERS,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  it('answers 405 to anything but GET and HEAD', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])
      expect(await ask('/', method)).toMatchObject({
        status: 405,
        text: '',
        headers: { ...PAGE_HEADERS, allow: 'GET, HEAD', 'cache-control': 'no-store' },
      });
  });

  it('answers 404 to anything else', async () => {
    const paths = [
      '/nothing',
      '/assets',
      '/assets/',
      '/login/x',
      '/function/unknown',
      '/.gitignore',
      '//',
      '/%zz',
      '/%00',
    ];
    for (const path of paths) {
      const reply = await ask(path);
      expect([path, reply.status, reply.text]).toEqual([path, 404, '']);
      expect(reply.headers).toMatchObject({ ...PAGE_HEADERS, 'cache-control': 'no-store' });
    }
  });

  it('lets nobody out of its folder', async () => {
    const files = ['package.json', 'frontend/index.html', 'local/page.ts', 'etc/passwd'];
    const climbs = [
      '/../',
      '/../../',
      '/../../../../../../../../',
      '/%2e%2e/%2e%2e/',
      '/..%2f..%2f',
      '/..\\..\\',
      '/%5c..%5c..%5c',
    ];
    for (const climb of [...climbs, '/assets/../../../', '/assets/..%2f..%2f..%2f', '//', '/%252e%252e/%252e%252e/'])
      for (const file of files) {
        const reply = await ask(climb + file);
        expect([climb + file, reply.status, reply.text]).toEqual([climb + file, 404, '']);
      }
  });

  it('gives its sources away nowhere: no source maps, in no form', async () => {
    const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => name.endsWith('.map'))).toEqual([]);
    for (const name of files.filter((file) => /\.(js|css|html)$/.test(file)))
      expect([name, /sourceMappingURL/.test(built(name))]).toEqual([name, false]);
    for (const name of readdirSync(`${DIST}/assets`)) expect((await ask(`/assets/${name}.map`)).status).toBe(404);
  });
});
