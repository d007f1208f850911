import { describe, expect, it } from 'vitest';
import { emptySpentLinks } from '../functions/reveal-password/queries.ts';
import { createPool } from '../functions/shared/db/pool.ts';
import { activate, codeOf, enrol, finishEnrolment, logIn, tokenOf } from './support/person.ts';
import { type Body, startProduct } from './support/product.ts';

const product = await startProduct();
const claimant = 'claimant-0123456789';
const begin = async (login: string): Promise<Body> => (await product.call('generate-password', { login })).body;
const reveal = (enrolment: Body, more = {}) => product.call('reveal-password', { token: tokenOf(enrolment), ...more });
const report = (enrolment: Body) =>
  product.call('reveal-password', { token: tokenOf(enrolment) }, { path: '/report-theft' });
const stored = (column: string) => product.db.query(`select ${column} from reveal_links where ${column} is not null`);

describe('reveal-password', () => {
  it('shows the password once (R2)', async () => {
    const enrolment = await begin('once');
    const first = await reveal(enrolment);
    expect(first).toMatchObject({ status: 200, body: { login: 'once', revealedAt: '2026-03-10T12:00:10.000Z' } });
    expect(first.body.password).toHaveLength(24);
    const second = await reveal(enrolment);
    expect(second).toMatchObject({
      status: 410,
      body: { code: 'link_spent', reason: 'opened', revealedAt: '2026-03-10T12:00:10.000Z' },
    });
    expect(second.body).not.toHaveProperty('password');
  });

  it('deletes the ciphertext with the reveal', async () => {
    const enrolment = await begin('deleted');
    await reveal(enrolment);
    const [link] = await product.db.query(
      `select l.password_sealed from reveal_links l join credential_sets s on s.id = l.set_id
       join accounts a on a.id = s.account_id where login = 'deleted'`,
    );
    expect(link).toEqual({ password_sealed: null });
  });

  it('lets its claimant, and nobody else, ask again for 60 seconds (A21)', async () => {
    const enrolment = await begin('claimed');
    const first = await reveal(enrolment, { claimant });
    await product.db.advance('59 seconds');
    expect((await reveal(enrolment, { claimant })).body).toEqual(first.body);
    expect((await reveal(enrolment, { claimant: 'somebody-else-0123456789' })).status).toBe(410);
    expect((await reveal(enrolment)).status).toBe(410);
    await product.db.advance('1 second');
    expect(await reveal(enrolment, { claimant })).toMatchObject({ status: 410, body: { reason: 'opened' } });
  });

  it('says why a link is spent: expired, superseded, unknown', async () => {
    const enrolment = await begin('late');
    await product.db.advance('15 minutes');
    expect(await reveal(enrolment)).toMatchObject({ status: 410, body: { code: 'link_spent', reason: 'expired' } });
    const unknown = await product.call('reveal-password', { token: 'A'.repeat(43) });
    expect(unknown).toMatchObject({ status: 410, body: { reason: 'unknown' } });
    expect(unknown.body).not.toHaveProperty('revealedAt');
  });

  it('shows nothing of an account that was disabled meanwhile', async () => {
    const enrolment = await begin('disabled');
    await product.db.query(`update accounts set disabled_at = clock() where login = 'disabled'`);
    expect(await reveal(enrolment)).toMatchObject({ status: 410, body: { code: 'link_spent' } });
  });

  it('works until the last instant before its end', async () => {
    const enrolment = await begin('just.in.time');
    await product.db.advance('14 minutes 59.999 seconds');
    expect((await reveal(enrolment)).status).toBe(200);
  });

  it('sweeps ciphertexts that expired or whose claimant had a minute, and no others', async () => {
    const pool = createPool(product.db.url, 'sweep');
    await product.db.query('update reveal_links set password_sealed = null, claimant_digest = null');
    await begin('expires');
    await product.db.advance('10 minutes');
    await reveal(await begin('revealed'), { claimant });
    await begin('waiting');
    expect(await emptySpentLinks(pool)).toBe(0);
    await product.db.advance('5 minutes');
    expect(await emptySpentLinks(pool)).toBe(2);
    expect(await stored('password_sealed')).toHaveLength(1);
    await pool.end();
  });

  it.each([{}, { token: 1 }, { token: 'x', claimant: 'short' }, { token: 'x', other: 1 }, { token: 'x'.repeat(129) }])(
    'refuses %j',
    async (body) => {
      expect(await product.call('reveal-password', body)).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    },
  );

  it('fails closed when the ciphertext was moved or altered, audits it, and consumes nothing (A17)', async () => {
    const enrolment = await begin('altered');
    const other = await begin('other.link');
    const idOf = (login: string) => `(select l.id from reveal_links l join credential_sets s on s.id = l.set_id
      join accounts a on a.id = s.account_id where login = '${login}')`;
    await product.db.query(`update reveal_links set password_sealed = (select password_sealed from reveal_links
      where id = ${idOf('other.link')}) where id = ${idOf('altered')}`);
    expect(await reveal(enrolment)).toMatchObject({ status: 410, body: { code: 'link_spent', reason: 'unknown' } });
    const [link] = await product.db.query(`select revealed_at from reveal_links where id = ${idOf('altered')}`);
    expect(link).toEqual({ revealed_at: null });
    const events = await product.db.query(`select event from audit_events where event = 'seal_broken'`);
    expect(events).toHaveLength(1);
    expect((await reveal(other)).status).toBe(200);
  });
});

describe('report-theft', () => {
  it('voids the enrolment at once and frees the login', async () => {
    const person = await enrol(product, 'stolen');
    expect(await report(person.enrolment)).toMatchObject({ status: 200, body: { login: 'stolen', status: 'revoked' } });
    expect((await logIn(product, person)).status).toBe(401);
    expect((await product.call('generate-2fa', { ticket: person.enrolment.enrolmentTicket })).status).toBe(401);
    expect(await report(person.enrolment)).toMatchObject({ status: 410, body: { reason: 'superseded' } });
    expect((await product.call('generate-password', { login: 'stolen' })).status).toBe(201);
  });

  it('leaves an earlier, confirmed set as it was', async () => {
    const person = await activate(product, 'renewing');
    const { login, password } = person;
    const renewal = await product.call('rotate', { login, password, code: await codeOf(product, person) });
    const stolen = await finishEnrolment(product, renewal.body);
    expect((await report(renewal.body)).status).toBe(200);
    expect((await logIn(product, stolen)).status).toBe(401);
    expect((await logIn(product, person, { code: await codeOf(product, person, 1) })).status).toBe(200);
  });

  it('cannot touch an account once it is confirmed', async () => {
    const person = await enrol(product, 'confirmed');
    expect((await logIn(product, person)).status).toBe(200);
    expect(await report(person.enrolment)).toMatchObject({
      status: 410,
      body: { code: 'link_spent', reason: 'opened' },
    });
    await product.db.advance('30 seconds');
    expect((await logIn(product, person)).status).toBe(200);
  });

  it('knows no other token', async () => {
    const reply = await product.call('reveal-password', { token: 'unknown' }, { path: '/report-theft' });
    expect(reply).toMatchObject({ status: 410, body: { code: 'link_spent', reason: 'unknown' } });
  });
});
