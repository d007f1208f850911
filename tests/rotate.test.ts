import { beforeAll, describe, expect, it } from 'vitest';
import { activate, codeOf, enrol, finishEnrolment, logIn, type Person } from './support/person.ts';
import { type Body, startProduct } from './support/product.ts';

const product = await startProduct();
const renewEarly = async (person: Person, steps = 0) =>
  product.call('rotate', {
    login: person.login,
    password: person.password,
    code: await codeOf(product, person, steps),
  });

describe('rotate', () => {
  it('renews early with both factors, and answers as an enrolment does', async () => {
    const person = await activate(product, 'early');
    const { status, body } = await renewEarly(person);
    expect(status).toBe(201);
    expect(body).toMatchObject({ login: 'early', status: 'rotating', ticketExpiresAt: expect.any(String) });
    const renewed = await finishEnrolment(product, body);
    expect(renewed.password).not.toBe(person.password);
    expect(renewed.secret).not.toBe(person.secret);
    const confirmed = await logIn(product, renewed);
    expect(confirmed).toMatchObject({ status: 200, body: { activated: true } });
    const endsAt = new Date((await product.db.now()) * 1000);
    endsAt.setUTCMonth(endsAt.getUTCMonth() + 6);
    expect(confirmed.body.credentialsExpireAt).toBe(endsAt.toISOString());
  });

  it('keeps the old credentials in force until the new ones are used, and not after (A5)', async () => {
    const person = await activate(product, 'midway');
    const { body } = await renewEarly(person);
    const renewed = await finishEnrolment(product, body);
    expect((await logIn(product, person, { code: await codeOf(product, person, 1) })).status).toBe(200);
    expect((await logIn(product, renewed)).status).toBe(200);
    await product.db.advance('90 seconds');
    expect((await logIn(product, person)).status).toBe(401);
    expect((await logIn(product, renewed)).status).toBe(200);
  });

  it('never takes the password of one set with the code of the other', async () => {
    const person = await activate(product, 'mixed');
    const renewed = await finishEnrolment(product, (await renewEarly(person)).body);
    await product.db.advance('30 seconds');
    expect((await logIn(product, { ...person, secret: renewed.secret })).status).toBe(401);
    expect((await logIn(product, { ...renewed, secret: person.secret })).status).toBe(401);
    expect((await logIn(product, renewed)).status).toBe(200);
  });

  it('starts a renewal afresh when the last one was left, however often (A5)', async () => {
    const person = await activate(product, 'restless');
    const first = await renewEarly(person);
    await product.db.advance('30 seconds');
    const second = await renewEarly(person);
    expect(second.status).toBe(201);
    expect((await product.call('generate-2fa', { ticket: first.body.enrolmentTicket })).status).toBe(401);
    const renewed = await finishEnrolment(product, second.body);
    expect((await logIn(product, renewed)).status).toBe(200);
  });

  it('is refused without proof (A3)', async () => {
    const person = await activate(product, 'proof');
    const { login, password } = person;
    const code = await codeOf(product, person);
    for (const ticket of ['', 'A'.repeat(43), 'proof']) {
      expect(await product.call('rotate', { ticket })).toMatchObject({ status: 401, body: { code: 'invalid_ticket' } });
    }
    for (const body of [
      { login, password: 'wrong', code },
      { login, password, code: '000000' },
      { login, password, code: null },
    ]) {
      expect(await product.call('rotate', body)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    }
    for (const body of [{ login }, {}, { login, password, code, ticket: 'x' }, null]) {
      expect((await product.call('rotate', body)).status).toBe(400);
    }
    expect(
      await product.db.query(`select 1 from credential_sets s join accounts a on a.id = s.account_id
      where login = 'proof' and slot = 'pending'`),
    ).toEqual([]);
  });

  it('uses the code up: it neither renews twice nor logs in', async () => {
    const person = await activate(product, 'one.code');
    expect((await renewEarly(person)).status).toBe(201);
    expect((await renewEarly(person)).status).toBe(401);
    expect((await logIn(product, person)).status).toBe(401);
  });

  it('does not take credentials that are still being enrolled', async () => {
    const person = await enrol(product, 'pending');
    expect(await renewEarly(person)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect((await logIn(product, person)).status).toBe(200);
  });

  it('refuses a disabled account with either proof', async () => {
    const person = await activate(product, 'disabled');
    await product.db.advance('7 months');
    const expired = await logIn(product, person);
    await product.db.query(`update accounts set disabled_at = clock() where login = 'disabled'`);
    const byTicket = await product.call('rotate', { ticket: expired.body.rotationTicket });
    expect(byTicket).toMatchObject({ status: 403, body: { code: 'account_disabled' } });
    expect(await renewEarly(person, 1)).toMatchObject({ status: 403, body: { code: 'account_disabled' } });
  });

  describe('with the ticket of an expired login', () => {
    let person: Person;
    let expired: Body;
    beforeAll(async () => {
      person = await activate(product, 'six.months.old');
      await product.db.advance('6 months');
      expired = (await logIn(product, person)).body;
    });

    it('refuses a ticket past its end (A3)', async () => {
      await product.db.advance('15 minutes');
      expect((await product.call('rotate', { ticket: expired['rotationTicket'] })).status).toBe(401);
      expired = (await logIn(product, person)).body;
    });

    it('renews once per ticket, also when two ask at once (A3, A4)', async () => {
      const ticket = expired['rotationTicket'];
      const replies = await Promise.all([1, 2, 3, 4].map(() => product.call('rotate', { ticket })));
      expect(replies.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401]);
      const renewal = replies.find(({ status }) => status === 201);
      await product.db.advance('30 seconds');
      expect(await logIn(product, person)).toMatchObject({ status: 403, body: { code: 'credentials_expired' } });
      const renewed = await finishEnrolment(product, renewal?.body);
      expect(await logIn(product, renewed)).toMatchObject({ status: 200, body: { activated: true } });
    });

    it('voids other tickets with the confirmation', async () => {
      const tickets = await product.db.query(`select 1 from tickets t join accounts a on a.id = t.account_id
        where login = 'six.months.old'`);
      expect(tickets).toEqual([]);
    });
  });
});
