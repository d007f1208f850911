import type { BrowserContext, Page } from 'playwright-core';
import { device, hook, type Site } from './site.ts';
import { codeFor, readQr } from './tools.ts';

/** What a person holds after enrolling. */
export type Held = { readonly login: string; readonly password: string; readonly otpauthUri: string };

/** The code the authenticator shows, some steps from now. */
export const codeNow = async (site: Site, held: Pick<Held, 'otpauthUri'>, steps = 0) =>
  codeFor(held.otpauthUri, (await site.now()) + steps * 30);

/** Opens the link of a password QR code on another device and reads the password off its screen. */
export async function revealOn(phone: BrowserContext, link: string): Promise<string> {
  const page = await phone.newPage();
  await page.goto(link);
  await hook(page, 'reveal-button').click();
  const password = (await hook(page, 'revealed-password').textContent()) ?? '';
  await hook(page, 'saved-button').click();
  await hook(page, 'revealed-password').waitFor({ state: 'detached' });
  await page.close();
  return password.trim();
}

/** Steps 1 and 2 of an enrolment or renewal, reading both QR codes from the screen. Ends on step 3. */
export async function followSteps(page: Page, login: string): Promise<Held> {
  const phone = await device();
  const link = await readQr(hook(page, 'password-qr'));
  const password = await revealOn(phone, link);
  await phone.close();
  await hook(page, 'next-button').click();
  const otpauthUri = await readQr(hook(page, 'totp-qr'));
  await hook(page, 'next-button').click();
  return { login, password, otpauthUri };
}

/** Step 3: the password and the code of the authenticator. Six digits submit by themselves. */
export async function check(page: Page, site: Site, held: Held): Promise<void> {
  await hook(page, 'password-input').fill(held.password);
  await hook(page, 'code-input').fill(await codeNow(site, held));
  await hook(page, 'expires-at').waitFor();
}

/** A whole enrolment, as a person does it. */
export async function create(page: Page, site: Site, login: string): Promise<Held> {
  await page.goto(site.url);
  await hook(page, 'login-input').fill(login);
  await hook(page, 'submit-button').click();
  const held = await followSteps(page, login);
  await check(page, site, held);
  return held;
}

/** Fills the log-in form, with the next code unless told otherwise; the sixth digit sends it. */
export async function logIn(page: Page, site: Site, held: Held, code?: string): Promise<void> {
  const next = code ?? (await codeNow(site, held, 1));
  await page.goto(`${site.url}/login`);
  await hook(page, 'login-input').fill(held.login);
  await hook(page, 'password-input').fill(held.password);
  await hook(page, 'code-input').fill(next);
}
