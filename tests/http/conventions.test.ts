import { describe, expect, it } from 'vitest';
import { expectProblem, inject } from '../support/conventions.ts';
import { startProduct } from '../support/product.ts';

const product = await startProduct();

describe.each(Object.keys(product.apps))('%s', (name) => {
  const get = (url: string, headers: Record<string, string> = {}) =>
    inject(product, name, { method: 'GET', url, headers });

  it('answers 404 for any other path', async () => {
    const paths = [
      '/nothing',
      '/_',
      '/_/',
      '/_/healthy',
      '/.env',
      '/..%2f',
      '/%2e%2e/etc/passwd',
      '/_%2fhealth',
      '/%00',
    ];
    for (const path of [...paths, '/metrics/x', `/${'x'.repeat(5_000)}`, '/function/authenticate'])
      expectProblem(await get(path), 404, 'not_found');
    expectProblem(await product.call(name, {}, { path: '/nothing' }), 404, 'not_found');
  });

  it('answers 400 for an address that cannot be read', async () => {
    for (const path of ['/%', '/%zz', '/%E0%A4%A', '/nothing%ff'])
      expect(await get(path)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  // BUG: these answers skip the hook that sets Cache-Control and X-Request-Id.
  it('answers 400 for an address that cannot be read, with the headers of every answer', async () => {
    expectProblem(await get('/%zz'), 400, 'invalid_request', ['errors']);
  });

  it('echoes a sane X-Request-Id', async () => {
    for (const id of ['a', 'Abc-1.2_3:4', 'x'.repeat(128), '0199c0de-0000-7000-8000-000000000001']) {
      const reply = await get('/nothing', { 'x-request-id': id });
      expect([reply.headers['x-request-id'], reply.body.requestId]).toEqual([id, id]);
    }
  });

  it('replaces any other X-Request-Id', async () => {
    const insane = [
      '',
      ' ',
      'a b',
      'a\tb',
      'a\nb',
      'a\r\nset-cookie: x=1',
      'x'.repeat(129),
      'é',
      '<b>',
      '"',
      'a;b',
      '{}',
    ];
    const given = await Promise.all(insane.map((id) => get('/nothing', { 'x-request-id': id })));
    const ids = given.map((reply) => reply.headers['x-request-id']);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(ids).size).toBe(insane.length);
    expect(given.map((reply) => reply.body.requestId)).toEqual(ids);
  });

  it.each(['/_/health', '/_/ready', '/metrics'])(
    'serves GET and HEAD %s, and says so to any other method',
    async (path) => {
      const expected = { '/_/health': { status: 'ok' }, '/_/ready': { status: 'ready' } }[path];
      const reply = await get(path);
      expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
      expect(reply.headers['x-request-id']).toMatch(/\S/);
      if (expected) expect(reply.body).toEqual(expected);
      expect(await inject(product, name, { method: 'HEAD', url: path })).toMatchObject({ status: 200, text: '' });
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'] as const) {
        const refused = await inject(product, name, { method, url: path });
        expectProblem(refused, 405, 'method_not_allowed');
        expect(refused.headers['allow']).toBe('GET, HEAD');
      }
    },
  );

  it('counts its answers at /metrics, in the format of Prometheus, without an address or a path somebody made up', async () => {
    await get('/made-up-path');
    const { headers, text } = await get('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toMatch(
      new RegExp(
        `^http_request_duration_seconds_count\\{.*function="${name}".*route="none",status="404"\\} [1-9]`,
        'm',
      ),
    );
    expect(text).toContain('# TYPE credentials_events_total counter');
    expect(text).not.toMatch(/made-up-path|192\.0\.2|127\.0\.0/);
  });
});

describe('authenticate/.well-known/jwks.json', () => {
  it('is not to be kept, like every answer', async () => {
    const reply = await inject(product, 'authenticate', { url: '/.well-known/jwks.json' });
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(reply.body.keys).toHaveLength(1);
  });
});

describe('a success', () => {
  it('has the headers of every answer', async () => {
    const headers = { 'x-request-id': 'mine' };
    const reply = await product.call('generate-password', { login: 'conventions' }, { headers });
    expect(reply.status).toBe(201);
    expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': 'mine' });
    expect(reply.headers['content-type']).toMatch(/^application\/json\b/);
  });
});
