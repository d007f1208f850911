import { decodeJwt, importJWK, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { activate, codeOf, enrol, finishEnrolment, logIn } from './support/person.ts';
import { PUBLIC_URL, startProduct } from './support/product.ts';

const product = await startProduct();

describe('authenticate', () => {
  it('activates an account at the first login with both factors (R4)', async () => {
    const person = await enrol(product, 'first');
    const reply = await logIn(product, person);
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      status: 'authenticated',
      login: 'first',
      activated: true,
      tokenType: 'Bearer',
      expiresIn: 900,
    });
    expect(reply.body.credentialsExpireAt).toBe('2026-09-10T12:00:10.000Z');
  });

  it('logs in with the next code, and not as an activation', async () => {
    const person = await activate(product, 'second');
    const reply = await logIn(product, person);
    expect(reply).toMatchObject({ status: 200, body: { activated: false } });
  });

  it('yields a token that applications can check against the published keys', async () => {
    const person = await activate(product, 'third');
    const { body } = await logIn(product, person);
    const jwks = await product.call('authenticate', undefined, { path: '/.well-known/jwks.json', method: 'GET' });
    const [jwk] = jwks.body.keys;
    expect(Object.keys(jwk)).not.toContain('d');
    const { payload, protectedHeader } = await jwtVerify(body.accessToken, await importJWK(jwk, 'EdDSA'), {
      issuer: PUBLIC_URL,
      currentDate: new Date((await product.db.now()) * 1000),
    });
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', kid: jwk.kid });
    const now = Math.floor(await product.db.now());
    expect(payload).toMatchObject({
      preferred_username: 'third',
      amr: ['pwd', 'otp'],
      auth_time: now,
      iat: now,
      exp: now + 900,
    });
    const [account] = await product.db.query('select id from accounts where login = $1', ['third']);
    expect(payload.sub).toBe(account?.['id']);
    expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('never lets a token outlive the credentials', async () => {
    const person = await activate(product, 'short');
    await product.db.query(`update credential_sets set expires_at = clock() + interval '1 minute'
      where account_id = (select id from accounts where login = 'short')`);
    const { body } = await logIn(product, person);
    expect(body.expiresIn).toBe(60);
    expect(decodeJwt(body.accessToken).exp).toBe(Math.floor(Date.parse(body.credentialsExpireAt) / 1000));
  });

  it('sends expired credentials into a renewal (R6, R7)', async () => {
    const person = await activate(product, 'expired');
    await product.db.advance('7 months');
    const reply = await logIn(product, person);
    expect(reply).toMatchObject({ status: 403, body: { code: 'credentials_expired' } });
    expect(Object.keys(reply.body)).toEqual(expect.arrayContaining(['expiredAt', 'rotationTicket', 'ticketExpiresAt']));
    expect(reply.body).not.toHaveProperty('accessToken');
    const renewal = await product.call('rotate', { ticket: reply.body.rotationTicket });
    expect(renewal).toMatchObject({ status: 201, body: { login: 'expired', status: 'rotating' } });
    const renewed = await finishEnrolment(product, renewal.body);
    expect(await logIn(product, renewed)).toMatchObject({ status: 200, body: { activated: true } });
    expect(await logIn(product, person, { code: await codeOf(product, person, 1) })).toMatchObject({ status: 401 });
  });

  it('keeps what an expired login proved for a renewal only', async () => {
    const person = await activate(product, 'expired.twice');
    await product.db.advance('6 months');
    const { body } = await logIn(product, person);
    const asEnrolment = await product.call('generate-2fa', { ticket: body.rotationTicket });
    expect(asEnrolment).toMatchObject({ status: 401, body: { code: 'invalid_ticket' } });
  });

  it('refuses a disabled account, active or expired, at every attempt (R11)', async () => {
    const person = await activate(product, 'disabled');
    await product.db.query(`update accounts set disabled_at = clock() where login = 'disabled'`);
    expect(await logIn(product, person)).toMatchObject({ status: 403, body: { code: 'account_disabled' } });
    await product.db.advance('7 months');
    const reply = await logIn(product, person);
    expect(reply).toMatchObject({ status: 403, body: { code: 'account_disabled' } });
    expect(reply.body).not.toHaveProperty('rotationTicket');
  });

  it('refuses to activate a disabled account', async () => {
    const person = await enrol(product, 'disabled.early');
    await product.db.query(`update accounts set disabled_at = clock() where login = 'disabled.early'`);
    expect(await logIn(product, person)).toMatchObject({ status: 403, body: { code: 'account_disabled' } });
    await product.db.query(`update accounts set disabled_at = null where login = 'disabled.early'`);
    expect(await logIn(product, person)).toMatchObject({ status: 200, body: { activated: true } });
  });

  it('takes the login in any spelling of it', async () => {
    const person = await activate(product, 'spelling');
    const reply = await logIn(product, { ...person, login: 'ＳＰＥＬＬＩＮＧ' });
    expect(reply).toMatchObject({ status: 200, body: { login: 'spelling' } });
  });

  it('accepts the codes of one step either side, and no others', async () => {
    const person = await activate(product, 'window');
    await product.db.advance('10 minutes');
    for (const far of [-2, 2])
      expect((await logIn(product, person, { code: await codeOf(product, person, far) })).status).toBe(401);
    for (const near of [-1, 0, 1])
      expect((await logIn(product, person, { code: await codeOf(product, person, near) })).status).toBe(200);
  });

  it('forgets the failures of a client that gets it right', async () => {
    const person = await activate(product, 'typo');
    const mistype = () => logIn(product, { ...person, password: 'wrong' });
    for (let failures = 0; failures < 4; failures += 1) expect((await mistype()).status).toBe(401);
    expect((await logIn(product, person)).status).toBe(200);
    for (let failures = 0; failures < 5; failures += 1) expect((await mistype()).status).toBe(401);
    expect((await mistype()).status).toBe(429);
  });
});
