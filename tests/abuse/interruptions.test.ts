import { beforeEach, describe, expect, it } from 'vitest';
import { hold, settled } from '../support/hold.ts';
import { activate, codeOf, enrol, finishEnrolment, logIn, type Person, tokenOf } from '../support/person.ts';
import { postJson, runFunction } from '../support/processes.ts';
import { startProduct } from '../support/product.ts';

const product = await startProduct();
const accountRow = (login: string) => `select 1 from accounts where login = '${login}' for update`;
const setsOf = (login: string) =>
  product.db.query(
    `select slot, last_step is not null as confirmed from accounts a join credential_sets s on s.account_id = a.id
     where login = $1 order by slot`,
    [login],
  );
let person: Person;
let turn = 0;
beforeEach(async () => {
  turn += 1;
  person = await activate(product, `person.${turn}`);
});

/**
 * Sends a request to a process of its own, stops it in the middle by holding a lock, and lets `interrupt` do its worst
 * before the lock is let go.
 */
async function interrupted(
  name: string,
  lock: string,
  body: unknown,
  headers: Record<string, string>,
  how: 'kill' | 'lose',
) {
  const process = await runFunction(name, product.env);
  const lockHeld = await hold(product.db, lock);
  const controller = new AbortController();
  const answer = fetch(process.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: controller.signal,
  }).then(
    () => 'answered',
    () => 'no answer',
  );
  await lockHeld.reached();
  if (how === 'kill') await process.kill('SIGKILL');
  else controller.abort();
  expect(await answer).toBe('no answer');
  await lockHeld.release();
  await settled(product.db);
  return process;
}

describe('a function is killed in the middle (A20)', () => {
  it('of a renewal: the old credentials are untouched and a new renewal works', async () => {
    const body = { login: person.login, password: person.password, code: await codeOf(product, person) };
    await interrupted('rotate', accountRow(person.login), body, {}, 'kill');
    expect(await setsOf(person.login)).toEqual([{ slot: 'current', confirmed: true }]);
    const { status, body: renewal } = await product.call('rotate', body);
    expect(status).toBe(201);
    const renewed = await finishEnrolment(product, renewal);
    expect((await logIn(product, renewed)).status).toBe(200);
  });

  it('of an activation: the account is still pending and the same code activates it', async () => {
    const pending = await enrol(product, `pending.${turn}`);
    const body = { login: pending.login, password: pending.password, code: await codeOf(product, pending) };
    await interrupted('authenticate', accountRow(pending.login), body, {}, 'kill');
    expect(await setsOf(pending.login)).toEqual([{ slot: 'pending', confirmed: false }]);
    expect(await logIn(product, pending)).toMatchObject({ status: 200, body: { activated: true } });
  });

  it('of an enrolment that starts afresh: the earlier one is whole, and the same key starts again', async () => {
    const login = `restart.${turn}`;
    const headers = { 'idempotency-key': 'the-key-of-this-tab-01' };
    const first = await product.call('generate-password', { login }, { headers });
    await interrupted('generate-password', accountRow(login), { login }, headers, 'kill');
    expect((await product.call('reveal-password', { token: tokenOf(first.body) })).status).toBe(200);
    const again = await product.call('generate-password', { login }, { headers });
    expect(again.status).toBe(201);
    expect((await logIn(product, await finishEnrolment(product, again.body))).status).toBe(200);
  });

  it('of a reveal: the password is still there', async () => {
    const { body } = await product.call('generate-password', { login: `reveal.${turn}` });
    const link = `select 1 from reveal_links l join credential_sets s on s.id = l.set_id join accounts a
      on a.id = s.account_id where login = 'reveal.${turn}' for update of l`;
    await interrupted('reveal-password', link, { token: tokenOf(body) }, {}, 'kill');
    expect((await product.call('reveal-password', { token: tokenOf(body) })).status).toBe(200);
  });
});

describe('the answer is lost and the client retries (A21)', () => {
  it('reaches the end of an enrolment with the same key', async () => {
    const login = `lost.${turn}`;
    const headers = { 'idempotency-key': 'the-key-of-this-tab-02' };
    await product.call('generate-password', { login }, { headers });
    const process = await interrupted('generate-password', accountRow(login), { login }, headers, 'lose');
    const retried = await postJson(process.url, { login }, headers);
    expect(retried.status).toBe(201);
    expect((await logIn(product, await finishEnrolment(product, retried.body))).status).toBe(200);
  });

  it('reaches the password with the same claimant', async () => {
    const { body } = await product.call('generate-password', { login: `claim.${turn}` });
    const link = `select 1 from reveal_links l join credential_sets s on s.id = l.set_id join accounts a
      on a.id = s.account_id where login = 'claim.${turn}' for update of l`;
    const request = { token: tokenOf(body), claimant: 'a-claimant-0123456789' };
    const process = await interrupted('reveal-password', link, request, {}, 'lose');
    const retried = await postJson(process.url, request);
    expect(retried).toMatchObject({ status: 200, body: { password: expect.stringMatching(/^.{24}$/) } });
    expect((await postJson(process.url, { token: request.token })).status).toBe(410);
  });

  it('reaches a login with the next code, after the activation whose answer was lost', async () => {
    const pending = await enrol(product, `login.${turn}`);
    const body = { login: pending.login, password: pending.password, code: await codeOf(product, pending) };
    const process = await interrupted('authenticate', accountRow(pending.login), body, {}, 'lose');
    expect(await setsOf(pending.login)).toEqual([{ slot: 'current', confirmed: true }]);
    expect((await postJson(process.url, body)).status).toBe(401);
    const next = { ...body, code: await codeOf(product, pending, 1) };
    expect(await postJson(process.url, next)).toMatchObject({ status: 200, body: { activated: false } });
  });
});

describe('stopping', () => {
  it('finishes the request in flight on SIGTERM, then ends', async () => {
    const process = await runFunction('rotate', product.env);
    const lockHeld = await hold(product.db, accountRow(person.login));
    const body = { login: person.login, password: person.password, code: await codeOf(product, person) };
    const answer = postJson(process.url, body);
    await lockHeld.reached();
    process.child.kill('SIGTERM');
    await lockHeld.release();
    expect((await answer).status).toBe(201);
    expect(await process.ended).toBe(0);
  });
});
