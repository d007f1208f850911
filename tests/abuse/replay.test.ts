import { describe, expect, it } from 'vitest';
import { activate, codeOf, enrol, finishEnrolment, logIn } from '../support/person.ts';
import { startProduct } from '../support/product.ts';

const product = await startProduct();

describe('a code is accepted once', () => {
  it('refuses it the second time (A9)', async () => {
    const person = await activate(product, 'sequence');
    const code = await codeOf(product, person);
    expect((await logIn(product, person, { code })).status).toBe(200);
    expect(await logIn(product, person, { code })).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    });
  });

  it('refuses the code that activated the account (A10)', async () => {
    const person = await enrol(product, 'activation');
    const code = await codeOf(product, person);
    expect((await logIn(product, person, { code })).status).toBe(200);
    expect((await logIn(product, person, { code })).status).toBe(401);
  });

  it('refuses an earlier code after a later one', async () => {
    const person = await activate(product, 'order');
    await product.db.advance('1 minute');
    expect((await logIn(product, person, { code: await codeOf(product, person, 1) })).status).toBe(200);
    for (const earlier of [-1, 0, 1]) {
      expect((await logIn(product, person, { code: await codeOf(product, person, earlier) })).status).toBe(401);
    }
  });

  it('uses the code up also when the account has expired or is disabled', async () => {
    const person = await activate(product, 'expired');
    await product.db.advance('6 months');
    const code = await codeOf(product, person);
    expect((await logIn(product, person, { code })).status).toBe(403);
    expect((await logIn(product, person, { code })).status).toBe(401);
  });
});

describe('an enrolment without a second factor cannot log in (A11)', () => {
  it.each(['000000', '123456', '', null, undefined, 'abcdef', ' '])('with the code %j', async (code) => {
    const login = `no.factor.${code === '' ? 'empty' : String(code).replace(' ', 'blank')}`;
    const { body } = await product.call('generate-password', { login });
    const revealed = await product.call('reveal-password', { token: new URL(body.passwordQr.url).hash.slice(1) });
    const reply = await product.call('authenticate', { login, password: revealed.body.password, code });
    expect(reply).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    const [account] = await product.db.query(
      'select s.slot from accounts a join credential_sets s on s.account_id = a.id where login = $1',
      [login],
    );
    expect(account).toEqual({ slot: 'pending' });
  });
});

describe('a renewal that is interrupted anywhere locks nobody out (A4, A5)', () => {
  it.each(['rotate', 'reveal', 'second factor'])('after %s', async (stage) => {
    const person = await activate(product, `after.${stage.replace(' ', '.')}`);
    await product.db.advance('6 months');
    const expired = await logIn(product, person);
    expect(expired.body.code).toBe('credentials_expired');
    const renewal = await product.call('rotate', { ticket: expired.body.rotationTicket });
    if (stage !== 'rotate') await finishEnrolment(product, renewal.body);
    await product.db.advance('1 hour');
    const again = await logIn(product, person);
    expect(again).toMatchObject({ status: 403, body: { code: 'credentials_expired' } });
    const second = await product.call('rotate', { ticket: again.body.rotationTicket });
    expect(second.status).toBe(201);
    const renewed = await finishEnrolment(product, second.body);
    expect(await logIn(product, renewed)).toMatchObject({ status: 200, body: { activated: true } });
  });
});
