import type { InjectOptions } from 'fastify';
import { expect } from 'vitest';
import type { Product, Reply } from './product.ts';

/** Every address that takes a POST: function, path, and a body of the documented shape that changes nothing. */
export const POSTS: [string, string, Record<string, string>][] = [
  ['generate-password', '/', { login: 'conventions' }],
  ['reveal-password', '/', { token: 'unknown', claimant: 'claimant-12345678' }],
  ['reveal-password', '/report-theft', { token: 'unknown' }],
  ['generate-2fa', '/', { ticket: 'unknown' }],
  ['authenticate', '/', { login: 'nobody', password: 'wrong', code: '000000' }],
  ['rotate', '/', { ticket: 'unknown' }],
  ['rotate', '/', { login: 'nobody', password: 'wrong', code: '000000' }],
];

/** A request as it is, without the defaults of `product.call`. */
export async function inject(
  product: Product,
  name: string,
  options: InjectOptions,
): Promise<Reply & { readonly text: string }> {
  const response = await product.apps[name]?.inject(options);
  if (response === undefined) throw new Error(`no function ${name}`);
  const isJson = String(response.headers['content-type']).includes('json') && response.body !== '';
  const { statusCode: status, headers, body: text } = response;
  return { status, headers, text, body: isJson ? JSON.parse(text) : text };
}

/** Asserts that an answer is a problem as the contract describes it, and nothing more. */
export function expectProblem(reply: Reply, status: number, code: string, members: string[] = []): void {
  expect(reply).toMatchObject({ status, body: { status, code } });
  expect(Object.keys(reply.body).sort()).toEqual(
    ['type', 'title', 'status', 'detail', 'code', 'requestId', ...members].sort(),
  );
  expect(reply.headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/problem\+json\b/),
    'cache-control': 'no-store',
    'x-request-id': reply.body.requestId,
  });
  for (const member of ['type', 'title', 'detail', 'requestId']) expect(reply.body[member]).toMatch(/\S/);
  expect(JSON.stringify(reply.body)).not.toMatch(/\bat .*:\d+|node_modules|\.ts\b|select |insert |relation/i);
}
