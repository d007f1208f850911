import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { check, codeNow, create, followSteps, type Held, logIn, revealOn } from './support/person.ts';
import { device, hook, PHONE, startSite } from './support/site.ts';
import { codeFor, readQr } from './support/tools.ts';

const site = await startSite();
const fresh = () => device();

describe('create', () => {
  it('on a desktop with the phone in hand, QR codes read from the screen', async () => {
    const desktop = await fresh();
    const page = await desktop.newPage();
    const held = await create(page, site, 'journey.one');
    expect(held.password).toHaveLength(24);
    expect(held.otpauthUri).toContain('otpauth://totp/COFRAP:journey.one');
    const download = page.waitForEvent('download');
    await hook(page, 'ics').click();
    const calendar = readFileSync(await (await download).path(), 'utf8');
    expect(calendar).toMatch(/BEGIN:VCALENDAR[\s\S]*BEGIN:VEVENT[\s\S]*END:VCALENDAR/);
    expect(calendar).not.toContain(held.password);
    expect(desktop.problems).toEqual([]);
    await desktop.close();
  });

  it('on a phone alone: the link and the authenticator link come before the QR codes', async () => {
    const phone = await device(PHONE);
    const page = await phone.newPage();
    await page.goto(site.url);
    await hook(page, 'login-input').fill('phone.only');
    await hook(page, 'submit-button').tap();
    await hook(page, 'password-qr').waitFor();
    const above = async (a: string, b: string) =>
      ((await hook(page, a).boundingBox())?.y ?? 0) < ((await hook(page, b).boundingBox())?.y ?? 0);
    expect(await above('open-here', 'password-qr')).toBe(true);
    const opened = phone.waitForEvent('page');
    await hook(page, 'open-here').tap();
    const reveal = await opened;
    await hook(reveal, 'reveal-button').tap();
    const password = ((await hook(reveal, 'revealed-password').textContent()) ?? '').trim();
    await reveal.close();
    await hook(page, 'next-button').tap();
    await hook(page, 'totp-qr').waitFor();
    expect(await above('add-to-authenticator', 'totp-qr')).toBe(true);
    const otpauthUri = (await hook(page, 'add-to-authenticator').getAttribute('href')) ?? '';
    expect(otpauthUri).toBe(await readQr(hook(page, 'totp-qr')));
    await hook(page, 'next-button').tap();
    await check(page, site, { login: 'phone.only', password, otpauthUri });
    expect(phone.problems).toEqual([]);
    await phone.close();
  });

  it('shows the key as text to those who cannot scan', async () => {
    const desktop = await fresh();
    const page = await desktop.newPage();
    await page.goto(site.url);
    await hook(page, 'login-input').fill('by.hand');
    await hook(page, 'submit-button').click();
    await hook(page, 'next-button').click();
    const uri = await readQr(hook(page, 'totp-qr'));
    await page
      .locator('details', { has: hook(page, 'totp-secret') })
      .locator('summary')
      .click();
    const text = (await hook(page, 'totp-secret').textContent()) ?? '';
    expect(text.replaceAll(/\s/g, '')).toBe(new URL(uri).searchParams.get('secret'));
    await desktop.close();
  });

  it('goes on after a reload with the same login, and says when a login is taken', async () => {
    const desktop = await fresh();
    const page = await desktop.newPage();
    await page.goto(site.url);
    await hook(page, 'login-input').fill('reloaded');
    await hook(page, 'submit-button').click();
    await hook(page, 'password-qr').waitFor();
    await page.reload();
    await hook(page, 'login-input').fill('reloaded');
    await hook(page, 'submit-button').click();
    await hook(page, 'password-qr').waitFor();
    const stranger = await fresh();
    const other = await stranger.newPage();
    await other.goto(site.url);
    await hook(other, 'login-input').fill('Reloaded');
    await hook(other, 'submit-button').click();
    await hook(other, 'error').waitFor();
    expect(await hook(other, 'login-input').getAttribute('aria-invalid')).toBe('true');
    await stranger.close();
    await desktop.close();
  });
});

describe('log in and renew', () => {
  let held: Held;
  beforeAll(async () => {
    const desktop = await fresh();
    held = await create(await desktop.newPage(), site, 'regular');
    await desktop.close();
  });

  it('logs in with the next code, and not with the same one again', async () => {
    const desktop = await fresh();
    const page = await desktop.newPage();
    const code = await codeNow(site, held, 1);
    await logIn(page, site, held, code);
    await hook(page, 'expires-at').waitFor();
    await logIn(page, site, held, code);
    await hook(page, 'error').waitFor();
    expect(await hook(page, 'login-input').inputValue()).toBe('regular');
    expect(await hook(page, 'password-input').inputValue()).toBe(held.password);
    expect(await hook(page, 'code-input').inputValue()).toBe('');
    expect(desktop.problems).toEqual([]);
    await desktop.close();
  });

  it('offers an early renewal within the last 14 days, and the old credentials work until it is finished', async () => {
    await site.skew('1 minute');
    await site.db.query(`update credential_sets set expires_at = clock() + interval '10 days'
      where account_id = (select id from accounts where login = 'regular')`);
    const desktop = await fresh();
    const page = await desktop.newPage();
    await logIn(page, site, held, await codeNow(site, held));
    await hook(page, 'renew-button').click();
    await hook(page, 'login-input').fill(held.login);
    await hook(page, 'password-input').fill(held.password);
    await hook(page, 'code-input').fill(await codeNow(site, held, 1));
    await hook(page, 'password-qr').waitFor();
    await desktop.close();
    await site.skew('1 minute');
    const again = await fresh();
    const other = await again.newPage();
    await logIn(other, site, held);
    await hook(other, 'expires-at').waitFor();
    await again.close();
  });

  it('leads expired credentials through a renewal, and only the new ones work afterwards', async () => {
    await site.skew('30 days');
    const desktop = await fresh();
    const page = await desktop.newPage();
    await logIn(page, site, held);
    await hook(page, 'renew-button').click();
    const renewed = await followSteps(page, held.login);
    expect(renewed.password).not.toBe(held.password);
    await check(page, site, renewed);
    expect(page.url()).not.toMatch(/[?#]/);
    await logIn(page, site, held);
    await hook(page, 'error').waitFor();
    await site.skew('1 minute');
    await logIn(page, site, renewed);
    await hook(page, 'expires-at').waitFor();
    expect(desktop.problems).toEqual([]);
    await desktop.close();
  });

  it('says that an account is disabled', async () => {
    const desktop = await fresh();
    const page = await desktop.newPage();
    const person = await create(page, site, 'leaver');
    await site.db.query(`update accounts set disabled_at = clock() where login = 'leaver'`);
    await logIn(page, site, person);
    await page
      .getByText(/disabled/i)
      .first()
      .waitFor();
    await desktop.close();
  });
});

describe('the link was opened by somebody else', () => {
  it('says when, and revokes everything with one click', async () => {
    const desktop = await fresh();
    const page = await desktop.newPage();
    await page.goto(site.url);
    await hook(page, 'login-input').fill('stolen');
    await hook(page, 'submit-button').click();
    const link = await readQr(hook(page, 'password-qr'));
    const thief = await fresh();
    await revealOn(thief, link);
    await thief.close();

    const phone = await device(PHONE);
    const reveal = await phone.newPage();
    await reveal.goto(link);
    await hook(reveal, 'reveal-button').tap();
    await hook(reveal, 'report-theft').tap();
    await reveal
      .getByText(/revoked/i)
      .first()
      .waitFor();
    await phone.close();

    await hook(page, 'next-button').click();
    await hook(page, 'restart-button').waitFor();
    const [left] = await site.db.query(`select count(*)::int as sets from accounts a join credential_sets s
      on s.account_id = a.id where login = 'stolen'`);
    expect(left).toEqual({ sets: 0 });
    await desktop.close();
  });
});

describe('time runs out', () => {
  it('says what happened and starts again with the same login', async () => {
    const desktop = await fresh();
    const page = await desktop.newPage();
    await page.goto(site.url);
    await hook(page, 'login-input').fill('slow');
    await hook(page, 'submit-button').click();
    await hook(page, 'password-qr').waitFor();
    await site.skew('16 minutes');
    await hook(page, 'next-button').click();
    await hook(page, 'restart-button').click();
    await desktop.close();
  });
});

it('has codes from an independent program', () => {
  // RFC 6238, appendix B, at 59 seconds (last six of 94287082).
  expect(codeFor('otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59)).toBe('287082');
});
