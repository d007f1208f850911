import { availableParallelism } from 'node:os';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { createShedding } from '../../functions/shared/verification/shedding.ts';
import { activate, codeOf } from '../support/person.ts';
import { startProduct } from '../support/product.ts';

const product = await startProduct();

describe('more logins than the processors can hash (A22)', () => {
  it('serves what has a place and turns the rest away with 503, counting nothing against them', async () => {
    const person = await activate(product, 'crowd');
    const credentials = { login: person.login, password: person.password, code: await codeOf(product, person) };
    const places = availableParallelism() * 6 + 1;
    const crowd = Array.from({ length: places * 4 }, (_, i) => `198.51.100.${i}`);
    const replies = await Promise.all(crowd.map((client) => product.call('authenticate', credentials, { client })));
    const of = (status: number) => replies.filter((reply) => reply.status === status);
    expect(of(200)).toHaveLength(1);
    expect(of(503).length).toBeGreaterThan(0);
    for (const { headers, body } of of(503)) {
      expect(body.code).toBe('overloaded');
      expect(headers['retry-after']).toBe('1');
    }
    const [counted] = await product.db.query('select max(failures) as most from login_failures');
    expect(Number(counted?.['most'])).toBeLessThanOrEqual(of(401).length + 1);
  });
});

describe('those who do not wait as told', () => {
  it('are held back once there are many of them in a second, and nobody else is', async () => {
    let full = true;
    let now = 0;
    const app = Fastify();
    app.get(
      '/',
      {
        onRequest: createShedding(
          () => full,
          () => now,
        ),
      },
      async () => 'served',
    );
    const answers = await Promise.all(Array.from({ length: 100 }, () => app.inject('/')));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([503]));
    const order: string[] = [];
    const held = app.inject('/').then(() => order.push('held'));
    full = false;
    await app.inject('/').then(({ body }) => order.push(body));
    full = true;
    now = 1_000;
    await app.inject('/').then(() => order.push('next second'));
    await held;
    expect(order).toEqual(['served', 'next second', 'held']);
    await app.close();
  });
});
