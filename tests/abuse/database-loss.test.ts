import { describe, expect, it } from 'vitest';
import { hold } from '../support/hold.ts';
import { activate, codeOf, finishEnrolment, logIn, tokenOf } from '../support/person.ts';
import { postJson, runFunction } from '../support/processes.ts';
import { startProduct } from '../support/product.ts';

const product = await startProduct();
const cutAll = (name: string) =>
  product.db.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1`, [name]);

describe('the database ends a connection in the middle of a transaction (A19)', () => {
  it('answers 503, changes nothing, lives on, and does the same request right afterwards', async () => {
    const rotate = await runFunction('rotate', product.env);
    const person = await activate(product, 'cut.off');
    const body = { login: person.login, password: person.password, code: await codeOf(product, person) };
    const held = await hold(product.db, `select 1 from accounts where login = 'cut.off' for update`);
    const answer = postJson(rotate.url, body);
    await held.reached();
    await cutAll('rotate');
    expect(await answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    await held.release();
    const again = await postJson(rotate.url, body);
    expect(again.status).toBe(201);
    expect((await logIn(product, await finishEnrolment(product, again.body))).status).toBe(200);
  });

  it('does not reveal, and leaves the link to be opened', async () => {
    const reveal = await runFunction('reveal-password', product.env);
    const { body } = await product.call('generate-password', { login: 'cut.link' });
    const held = await hold(
      product.db,
      `select 1 from reveal_links l join credential_sets s on s.id = l.set_id join accounts a on a.id = s.account_id
       where login = 'cut.link' for update of l`,
    );
    const answer = postJson(reveal.url, { token: tokenOf(body) });
    await held.reached();
    await cutAll('reveal-password');
    expect((await answer).status).toBe(503);
    await held.release();
    expect((await postJson(reveal.url, { token: tokenOf(body) })).status).toBe(200);
  });

  it('cuts idle connections, and nobody notices', async () => {
    const authenticate = await runFunction('authenticate', product.env);
    const person = await activate(product, 'idle.cut');
    const ready = () => fetch(`${authenticate.url}/_/ready`).then(({ status }) => status);
    expect(await ready()).toBe(200);
    await cutAll('authenticate');
    await expect.poll(ready).toBe(200);
    const code = await codeOf(product, person);
    expect((await postJson(authenticate.url, { login: person.login, password: person.password, code })).status).toBe(
      200,
    );
  });
});
