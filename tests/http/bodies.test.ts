import { describe, expect, it } from 'vitest';
import { expectProblem, inject, POSTS } from '../support/conventions.ts';
import { type Reply, startProduct } from '../support/product.ts';

const product = await startProduct();

describe.each(POSTS)('POST %s%s', (name, path, shape) => {
  const post = (body: unknown, headers?: Record<string, string>) =>
    product.call(name, body, { path, ...(headers ? { headers } : {}) });
  const expectInvalid = (reply: Reply, at: string): void => {
    expectProblem(reply, 400, 'invalid_request', ['errors']);
    expect(reply.body.errors.map((error: { path: string }) => error.path)).toContain(at);
    for (const error of reply.body.errors) expect(Object.keys(error).sort()).toEqual(['message', 'path']);
  };

  it.each(['{', '{"a":', '', ' ', 'login=alice', "{'a':1}", '{"a":1}x', 'NaN', '{"a":01}', '\0', '{"a":"\n"}'])(
    'refuses what is not JSON: %j',
    async (text) => expectInvalid(await post(text), ''),
  );

  it('refuses what is not UTF-8', async () => {
    const [field = ''] = Object.keys(shape);
    for (const bytes of ['ff', 'c3', 'c0af', 'eda080', 'f4908080']) {
      const text = JSON.stringify({ ...shape, [field]: '?' }).split('?');
      const body = Buffer.concat([Buffer.from(text[0] ?? ''), Buffer.from(bytes, 'hex'), Buffer.from(text[1] ?? '')]);
      expectInvalid(await post(body), '');
    }
    expectInvalid(await post(Buffer.from(JSON.stringify(shape), 'utf16le')), '');
  });

  it.each(['null', '[]', '1', '"text"', 'true', '[{}]', '1e999'])('refuses %s in place of an object', async (text) =>
    expectInvalid(await post(text), ''),
  );

  it('refuses an object without its fields', async () => {
    expectProblem(await post({}), 400, 'invalid_request', ['errors']);
  });

  it.each(Object.keys(shape))('refuses another type for "%s" and names it', async (field) => {
    for (const value of [1, true, [], ['x'], {}, { $ne: '' }])
      expectInvalid(await post({ ...shape, [field]: value }), field);
    if (field !== 'code') expectInvalid(await post({ ...shape, [field]: null }), field);
    expectInvalid(await post({ ...shape, [field]: 'x'.repeat(5_000) }), field);
  });

  it('refuses unknown fields and names them', async () => {
    for (const field of ['admin', 'constructor', 'Login', ' '])
      expectInvalid(await post({ ...shape, [field]: true }), field);
    expectInvalid(await post(JSON.stringify(shape).replace('{', '{"__proto__":{"admin":true},')), '__proto__');
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`field${i}`, 1]));
    const reply = await post({ ...shape, ...many });
    expectInvalid(reply, 'field0');
    expect(reply.body.errors.length).toBeLessThanOrEqual(32);
  });

  it('refuses deep nesting', async () => {
    const [field = ''] = Object.keys(shape);
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expectInvalid(await post(deep(4_000)), '');
    expectInvalid(await post(JSON.stringify({ ...shape, [field]: 0 }).replace('0', deep(3_900))), field);
    expectInvalid(await post(`${'{"a":'.repeat(1_300)}1${'}'.repeat(1_300)}`), 'a');
  });

  it('takes a body of 8192 bytes, and not one byte more', async () => {
    const text = JSON.stringify({ ...shape, unknown: 1 });
    expectInvalid(await post(text.padEnd(8_192)), 'unknown');
    expectProblem(await post(text.padEnd(8_193)), 413, 'body_too_large');
    expectProblem(await post('é'.repeat(4_097)), 413, 'body_too_large');
  });

  it('takes application/json only', async () => {
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json'];
    const alike = [
      'application/jsonp',
      'application/json-patch+json',
      'application/problem+json',
      '',
      ';',
      'json',
      '*/*',
    ];
    for (const type of [...types, ...alike])
      expectProblem(await post(shape, { 'content-type': type }), 415, 'unsupported_media_type');
    const untyped = await inject(product, name, {
      method: 'POST',
      url: path,
      payload: Buffer.from(JSON.stringify(shape)),
    });
    expectProblem(untyped, 415, 'unsupported_media_type');
    for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8'])
      expectInvalid(await post({ ...shape, unknown: 1 }, { 'content-type': type }), 'unknown');
  });

  it('takes no other method, and says which it takes', async () => {
    for (const method of [
      'GET',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
      'SEARCH',
      'MKCOL',
    ] as const) {
      const reply = await inject(product, name, { method: method as 'GET', url: path });
      expectProblem(reply, 405, 'method_not_allowed');
      expect(reply.headers['allow']).toBe('POST');
    }
    const head = await inject(product, name, { method: 'HEAD', url: path });
    expect(head).toMatchObject({ status: 405, text: '', headers: { allow: 'POST', 'cache-control': 'no-store' } });
  });

  // BUG: the body is read before the method is judged, so that a wrong method answers 400 or 413 for its body.
  it.each(['PUT', 'PATCH', 'DELETE'] as const)('takes no %s, whatever its body', async (method) => {
    const headers = { 'content-type': 'application/json' };
    for (const payload of ['{', '', ' '.repeat(8_193)])
      expectProblem(await inject(product, name, { method, url: path, headers, payload }), 405, 'method_not_allowed');
  });
});
