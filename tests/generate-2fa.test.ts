import { describe, expect, it } from 'vitest';
import { activate, codeOf, enrol, logIn } from './support/person.ts';
import { type Body, startProduct } from './support/product.ts';

const product = await startProduct({ ISSUER: 'Acme & Söhne' });
const begin = async (login: string): Promise<Body> => (await product.call('generate-password', { login })).body;
const factor = (ticket: unknown) => product.call('generate-2fa', { ticket });
const sealedOf = (login: string) =>
  product.db.query(
    `select totp_sealed from credential_sets s join accounts a on a.id = s.account_id where login = $1`,
    [login],
  );

describe('generate-2fa', () => {
  it('makes a secret that every authenticator app imports (R3)', async () => {
    const { enrolmentTicket } = await begin('alice@example.test');
    const { status, body } = await factor(enrolmentTicket);
    expect(status).toBe(200);
    expect(body.secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(body.otpauthUri);
    expect(uri.protocol).toBe('otpauth:');
    expect(decodeURIComponent(uri.pathname)).toBe('/Acme & Söhne:alice@example.test');
    expect(uri.searchParams.get('secret')).toBe(body.secret);
    expect(uri.searchParams.get('issuer')).toBe('Acme & Söhne');
    // Absent parameters mean SHA-1, 6 digits, 30 seconds; present ones must say the same.
    expect(uri.searchParams.get('algorithm') ?? 'SHA1').toBe('SHA1');
    expect(uri.searchParams.get('digits') ?? '6').toBe('6');
    expect(uri.searchParams.get('period') ?? '30').toBe('30');
    expect(body.qr.svg).toMatch(/^<svg/);
    expect(body.qr.png).toMatch(/^data:image\/png;base64,/);
    expect(body.expiresAt).toBe('2026-03-10T12:15:10.000Z');
  });

  it('makes a new secret each time and voids the last', async () => {
    const person = await enrol(product, 'again');
    const { body } = await factor(person.enrolment.enrolmentTicket);
    expect(body.secret).not.toBe(person.secret);
    expect((await logIn(product, person)).status).toBe(401);
    expect((await logIn(product, { ...person, secret: body.secret })).status).toBe(200);
  });

  it('knows no ticket but that of the enrolment, and touches nothing without it (A2)', async () => {
    const victim = await enrol(product, 'victim');
    const before = await sealedOf('victim');
    const other = await begin('other');
    expect((await factor(other.enrolmentTicket)).body.login).toBe('other');
    for (const ticket of ['victim', 'A'.repeat(43), '', victim.enrolment.passwordQr.url.split('#')[1]]) {
      expect(await factor(ticket)).toMatchObject({ status: 401, body: { code: 'invalid_ticket' } });
    }
    for (const body of [{ login: 'victim' }, { ticket: victim.enrolment.enrolmentTicket, login: 'victim' }]) {
      expect((await product.call('generate-2fa', body)).status).toBe(400);
    }
    expect(await sealedOf('victim')).toEqual(before);
  });

  it('refuses the ticket once the account is active, or its time is over', async () => {
    const person = await enrol(product, 'spent');
    await logIn(product, person);
    expect((await factor(person.enrolment.enrolmentTicket)).status).toBe(401);
    const { enrolmentTicket } = await begin('too.late');
    await product.db.advance('15 minutes');
    expect((await factor(enrolmentTicket)).status).toBe(401);
  });

  it('leaves the current second factor alone while another is being enrolled', async () => {
    const person = await activate(product, 'renewal');
    const { login, password } = person;
    const renewal = await product.call('rotate', { login, password, code: await codeOf(product, person) });
    expect((await factor(renewal.body.enrolmentTicket)).status).toBe(200);
    expect((await logIn(product, person, { code: await codeOf(product, person, 1) })).status).toBe(200);
  });

  it('refuses the ticket of an account that was disabled meanwhile', async () => {
    const { enrolmentTicket } = await begin('disabled');
    await product.db.query(`update accounts set disabled_at = clock() where login = 'disabled'`);
    expect((await factor(enrolmentTicket)).status).toBe(401);
  });
});
