import { beforeAll, describe, expect, it } from 'vitest';
import { activate, codeOf, enrol, finishEnrolment, logIn, tokenOf } from '../support/person.ts';
import { type FunctionProcess, postJson, runFunction } from '../support/processes.ts';
import { startProduct } from '../support/product.ts';

const product = await startProduct();
const several = (name: string, count: number) =>
  Promise.all(Array.from({ length: count }, () => runFunction(name, product.env)));

/** Sends `count` equal requests at once, spread over the processes; answers how often each status came. */
async function storm(processes: FunctionProcess[], count: number, body: unknown, path = '/') {
  const replies = await Promise.all(
    Array.from({ length: count }, (_, i) => postJson(`${processes[i % processes.length]?.url}${path}`, body)),
  );
  const statuses = new Map<number, number>();
  for (const { status } of replies) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  return { statuses, replies };
}

describe('one hundred clients open one link at once (A7)', () => {
  let processes: FunctionProcess[];
  beforeAll(async () => {
    processes = await several('reveal-password', 3);
  });

  it('shows the password to exactly one', async () => {
    const { body } = await product.call('generate-password', { login: 'hundred' });
    const { statuses, replies } = await storm(processes, 100, { token: tokenOf(body) });
    expect(statuses).toEqual(
      new Map([
        [200, 1],
        [410, 99],
      ]),
    );
    expect(replies.filter((reply) => 'password' in reply.body)).toHaveLength(1);
  });

  it('revokes once, and reveals nothing afterwards, when theft is reported meanwhile', async () => {
    const { body } = await product.call('generate-password', { login: 'contested' });
    const { statuses } = await storm(processes, 20, { token: tokenOf(body) }, '/report-theft');
    expect(statuses).toEqual(
      new Map([
        [200, 1],
        [410, 19],
      ]),
    );
    expect((await product.call('reveal-password', { token: tokenOf(body) })).status).toBe(410);
  });
});

describe('one code at several processes', () => {
  let processes: FunctionProcess[];
  beforeAll(async () => {
    processes = await several('authenticate', 3);
  });

  it('logs in once in 50 parallel attempts (A9)', async () => {
    const person = await activate(product, 'parallel');
    const credentials = { login: person.login, password: person.password, code: await codeOf(product, person) };
    const { statuses } = await storm(processes, 50, credentials);
    expect(statuses.get(200)).toBe(1);
    expect([...statuses.keys()].filter((status) => ![200, 401, 429, 503].includes(status))).toEqual([]);
  });

  it('activates once in 50 parallel attempts (A9, A10)', async () => {
    const person = await enrol(product, 'activation');
    const credentials = { login: person.login, password: person.password, code: await codeOf(product, person) };
    const { statuses, replies } = await storm(processes, 50, credentials);
    expect(statuses.get(200)).toBe(1);
    expect(replies.find(({ status }) => status === 200)?.body.activated).toBe(true);
    await product.db.advance('15 minutes');
    expect((await logIn(product, person)).status).toBe(200);
  });

  it('counts parallel guesses before it judges them (A13)', async () => {
    const person = await activate(product, 'guessed');
    const wrong = { login: person.login, password: person.password, code: '000000' };
    const { statuses } = await storm(processes, 60, wrong);
    expect(statuses.get(401)).toBe(5);
    expect(statuses.get(429)).toBe(55);
  });
});

describe('one ticket at several processes', () => {
  it('renews once in 12 parallel attempts (A3)', async () => {
    const processes = await several('rotate', 2);
    const person = await activate(product, 'renewal');
    await product.db.advance('6 months');
    const { rotationTicket: ticket } = (await logIn(product, person)).body;
    const { statuses, replies } = await storm(processes, 12, { ticket });
    expect(statuses.get(201)).toBe(1);
    expect(statuses.get(401)).toBe(11);
    const renewed = await finishEnrolment(product, replies.find(({ status }) => status === 201)?.body);
    expect((await logIn(product, renewed)).status).toBe(200);
  });

  it('makes one account when one login is claimed many times at once', async () => {
    const processes = await several('generate-password', 2);
    const { statuses } = await storm(processes, 12, { login: 'coveted' });
    expect(statuses.get(201)).toBe(1);
    expect(statuses.get(409)).toBe(11);
  });
});
