import { describe, expect, it } from 'vitest';
import { activate, codeOf, enrol, finishEnrolment, logIn, tokenOf } from './support/person.ts';
import { PUBLIC_URL, startProduct } from './support/product.ts';

const product = await startProduct();
const key = (name: string) => ({ headers: { 'idempotency-key': `key-of-${name}-0123456789` } });
const start = (login: string, options = {}) => product.call('generate-password', { login }, options);

describe('generate-password', () => {
  it('answers with a QR code that holds neither password nor anything a server could log', async () => {
    const { status, body } = await start('ALICE');
    expect(status).toBe(201);
    expect(body).toMatchObject({ login: 'alice', status: 'pending' });
    const url = new URL(body.passwordQr.url);
    expect(`${url.origin}${url.pathname}${url.search}`).toBe(`${PUBLIC_URL}/reveal`);
    expect(tokenOf(body)).toMatch(/^[\w-]{43}$/);
    expect(body.enrolmentTicket).toMatch(/^[\w-]{43}$/);
    expect(body.passwordQr.svg).toMatch(/^<svg/);
    expect(body.passwordQr.png).toMatch(/^data:image\/png;base64,/);
    expect(body.passwordQr.expiresAt).toBe('2026-03-10T12:15:10.000Z');
    expect(body.ticketExpiresAt).toBe('2026-03-10T12:15:10.000Z');
    expect(body).not.toHaveProperty('password');
  });

  it.each(['ab', 'a'.repeat(65), 'a b', 'a/b', '', 42, null, ['alice'], 'аlice'])(
    'refuses the login %j',
    async (login) => {
      const { status, body } = await product.call('generate-password', { login });
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'invalid_request', errors: [{ path: 'login' }] });
    },
  );

  it('leaves the account of somebody else untouched (A1)', async () => {
    const victim = await activate(product, 'victim');
    const before = await snapshot('victim');
    expect(await start('victim')).toMatchObject({ status: 409, body: { code: 'login_taken' } });
    expect(await start('Victim', key('thief'))).toMatchObject({ status: 409 });
    expect(await snapshot('victim')).toEqual(before);
    expect((await logIn(product, victim)).status).toBe(200);
  });

  it('leaves an enrolment under way untouched without its key (A1)', async () => {
    await start('under.way', key('owner'));
    const before = await snapshot('under.way');
    expect(await start('under.way')).toMatchObject({ status: 409 });
    expect(await start('under.way', key('thief'))).toMatchObject({ status: 409 });
    expect(await snapshot('under.way')).toEqual(before);
  });

  it('refuses the login of a disabled account', async () => {
    await activate(product, 'disabled');
    await product.db.query(`update accounts set disabled_at = clock() where login = 'disabled'`);
    expect(await start('disabled')).toMatchObject({ status: 409, body: { code: 'login_taken' } });
  });

  it('starts afresh with the same key, and voids everything issued before (A21)', async () => {
    const first = (await start('restart', key('restart'))).body;
    const held = await finishEnrolment(product, first);
    const again = await start('RESTART', key('restart'));
    expect(again.status).toBe(201);
    const link = await product.call('reveal-password', { token: tokenOf(first) });
    expect(link).toMatchObject({ status: 410, body: { code: 'link_spent', reason: 'superseded' } });
    expect((await product.call('generate-2fa', { ticket: first.enrolmentTicket })).status).toBe(401);
    expect((await logIn(product, held)).status).toBe(401);
    const person = await finishEnrolment(product, again.body);
    expect(await logIn(product, person)).toMatchObject({ status: 200, body: { activated: true } });
  });

  it('gives the key no power once the account is confirmed', async () => {
    const { body } = await start('confirmed', key('confirmed'));
    const person = await finishEnrolment(product, body);
    await logIn(product, person);
    expect(await start('confirmed', key('confirmed'))).toMatchObject({ status: 409 });
  });

  it.each(['short', 'x'.repeat(129), 'spaces are not allowed here'])('refuses the key %j', async (bad) => {
    const { status, body } = await start('keyed', { headers: { 'idempotency-key': bad } });
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ path: 'idempotency-key', message: expect.any(String) }]);
  });

  it('frees a login whose enrolment was abandoned, and purges the leftovers (A6)', async () => {
    const abandoned = await enrol(product, 'abandoned');
    await product.db.advance('15 minutes');
    expect((await logIn(product, abandoned)).status).toBe(401);
    expect(await start('abandoned')).toMatchObject({ status: 201 });
    await start('abandoned.2');
    await product.db.advance('15 minutes');
    await start('somebody.else');
    const left = await product.db.query(`select login from accounts where login like 'abandoned%'`);
    expect(left).toEqual([]);
    const sealed = await product.db.query(
      'select * from reveal_links where password_sealed is not null and set_id is null',
    );
    expect(sealed).toEqual([]);
    await product.db.advance('1 day 15 minutes');
    await start('yet.another');
    expect(await product.db.query('select * from reveal_links where expires_at < clock()')).toEqual([]);
    expect(await product.db.query('select * from tickets where expires_at < clock()')).toEqual([]);
  });

  it('keeps the confirmed set of an account whose renewal was abandoned', async () => {
    const person = await activate(product, 'renewal.left');
    const { login, password } = person;
    const renewal = await product.call('rotate', { login, password, code: await codeOf(product, person) });
    expect(renewal.status).toBe(201);
    await product.db.advance('20 minutes');
    await start('sweeper');
    const sets = await product.db.query(
      `select slot from credential_sets s join accounts a on a.id = s.account_id where login = 'renewal.left'`,
    );
    expect(sets).toEqual([{ slot: 'current' }]);
    expect((await logIn(product, person)).status).toBe(200);
  });
});

/** Every row of a login, with PostgreSQL's own version of it: equal snapshots mean that nothing was written. */
async function snapshot(login: string) {
  return product.db.query(
    `select a.xmin::text, a.*, s.xmin::text as set_xmin, s.*, l.xmin::text as link_xmin, l.*
     from accounts a join credential_sets s on s.account_id = a.id left join reveal_links l on l.set_id = s.id
     where login = $1`,
    [login],
  );
}
