import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { codeNow, create, type Held, logIn } from './support/person.ts';
import { device, hook, startSite } from './support/site.ts';
import { readQr } from './support/tools.ts';

const site = await startSite();

async function begin(page: Page, login: string): Promise<string> {
  await page.goto(site.url);
  await hook(page, 'login-input').fill(login);
  await hook(page, 'submit-button').click();
  return readQr(hook(page, 'password-qr'));
}

describe('scanners that open links (A8)', () => {
  it('find nothing that burns the link: not by loading, clicking from a script, or submitting', async () => {
    const desktop = await device();
    const link = await begin(await desktop.newPage(), 'scanned');
    const scanner = await device();
    const page = await scanner.newPage();
    await page.goto(link);
    await hook(page, 'reveal-button').waitFor();
    await page.evaluate(() => {
      for (const form of document.querySelectorAll('form')) form.requestSubmit();
      for (const element of document.querySelectorAll<HTMLElement>('button, a, [role=button], summary')) {
        for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
          element.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }));
        }
        element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
        element.click();
      }
    });
    await page.waitForLoadState('networkidle');
    await scanner.close();
    const [stored] = await site.db.query('select revealed_at from reveal_links order by expires_at desc limit 1');
    expect(stored).toEqual({ revealed_at: null });

    const phone = await device();
    const own = await phone.newPage();
    await own.goto(link);
    await hook(own, 'reveal-button').click();
    await hook(own, 'revealed-password').waitFor();
    await phone.close();
    await desktop.close();
  });
});

describe('what stays behind (A12)', () => {
  /** Everything a script, or somebody at the machine, could still read. */
  const remains = (page: Page) =>
    page.evaluate(async () => {
      const storages = [localStorage, sessionStorage].flatMap((storage) => Object.entries(storage).flat());
      const caches = await Promise.all(
        (await window.caches.keys()).map(async (name) => (await window.caches.open(name)).keys()),
      );
      const databases = await indexedDB.databases();
      const inputs = [...document.querySelectorAll('input')].map((input) => input.value);
      const dom = document.documentElement.outerHTML;
      return JSON.stringify({
        storages,
        caches,
        databases,
        inputs,
        dom,
        cookie: document.cookie,
        url: location.href,
        state: history.state,
      });
    });

  it('is no secret: not in storage, history, cache, address or page, after each flow', async () => {
    const desktop = await device();
    const page = await desktop.newPage();
    const link = await begin(page, 'traces');
    const reveal = await desktop.newPage();
    await reveal.goto(link);
    const token = new URL(link).hash.slice(1);
    expect(await remains(reveal)).not.toContain(token);
    await hook(reveal, 'reveal-button').click();
    const password = ((await hook(reveal, 'revealed-password').textContent()) ?? '').trim();
    await hook(reveal, 'saved-button').click();
    expect(await remains(reveal)).not.toContain(password);

    await hook(page, 'next-button').click();
    const otpauthUri = await readQr(hook(page, 'totp-qr'));
    const secret = new URL(otpauthUri).searchParams.get('secret') ?? '';
    await hook(page, 'next-button').click();
    expect(await remains(page)).not.toContain(secret);
    const held: Held = { login: 'traces', password, otpauthUri };
    await hook(page, 'password-input').fill(password);
    const answered = page.waitForResponse((response) => response.url().endsWith('/function/authenticate'));
    await hook(page, 'code-input').fill(await codeNow(site, held));
    const { accessToken } = await (await answered).json();
    await hook(page, 'expires-at').waitFor();
    for (const trace of [password, secret, accessToken, token]) expect(await remains(page)).not.toContain(trace);
    await logIn(page, site, held);
    await hook(page, 'expires-at').waitFor();
    expect(await remains(page)).not.toContain(password);
    await desktop.close();
  });

  it('leaves the page on pagehide, and does not come back from the back-forward cache', async () => {
    const desktop = await device();
    const page = await desktop.newPage();
    const link = await begin(page, 'hidden');
    const token = new URL(link).hash.slice(1);
    await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
    expect(await remains(page)).not.toContain(token);
    expect(await hook(page, 'password-qr').count()).toBe(0);

    const reveal = await desktop.newPage();
    await reveal.goto(link);
    await hook(reveal, 'reveal-button').click();
    const password = ((await hook(reveal, 'revealed-password').textContent()) ?? '').trim();
    expect(password).toHaveLength(24);
    await reveal.goto(`${site.url}/login`);
    await reveal.goBack();
    expect(await remains(reveal)).not.toContain(password);
    await desktop.close();
  });
});

describe('a bad network', () => {
  it('loses the answer of an enrolment: the page reaches the QR code by itself (A21)', async () => {
    let lost = 0;
    site.intercept = (name, destroy) => {
      if (name !== 'generate-password' || lost > 0) return false;
      lost += 1;
      destroy();
      return true;
    };
    const desktop = await device();
    await begin(await desktop.newPage(), 'lossy');
    site.intercept = null;
    expect(lost).toBe(1);
    await desktop.close();
  });

  it('meets a busy service: the page waits as it is told, and nothing typed is lost', async () => {
    const desktop = await device();
    const page = await desktop.newPage();
    const held = await create(page, site, 'busy');
    let refused = 0;
    site.intercept = (name, _destroy, respond) => {
      if (name !== 'authenticate' || refused > 0) return false;
      refused += 1;
      respond(503, 1);
      return true;
    };
    await logIn(page, site, held);
    await hook(page, 'expires-at').waitFor();
    site.intercept = null;
    expect(refused).toBe(1);
    await desktop.close();
  });

  it('loses the answer of a login: the page does not send the code again by itself', async () => {
    const desktop = await device();
    const page = await desktop.newPage();
    const held = await create(page, site, 'lost.login');
    await page.goto(`${site.url}/login`);
    let sent = 0;
    await page.route('**/function/authenticate', async (route) => {
      sent += 1;
      await route.fetch();
      await route.abort('connectionreset');
    });
    await hook(page, 'login-input').fill(held.login);
    await hook(page, 'password-input').fill(held.password);
    await hook(page, 'code-input').fill(await codeNow(site, held, 1));
    await page
      .getByText(/wait for the next one/i)
      .first()
      .waitFor();
    expect(sent).toBe(1);
    expect(await hook(page, 'password-input').inputValue()).toBe(held.password);
    await desktop.close();
  });

  it('counts down the exact wait after too many attempts, then lets the person try again', async () => {
    const desktop = await device();
    const page = await desktop.newPage();
    const held = await create(page, site, 'throttled');
    await page.goto(`${site.url}/login`);
    await hook(page, 'login-input').fill(held.login);
    await hook(page, 'password-input').fill('not the password');
    for (let i = 0; i < 5; i += 1) {
      const answered = page.waitForResponse((response) => response.url().endsWith('/authenticate'));
      await hook(page, 'code-input').fill(`00000${i}`);
      expect((await answered).status()).toBe(401);
      await hook(page, 'error').waitFor();
    }
    await hook(page, 'code-input').fill('000009');
    await page
      .getByText(/too many attempts/i)
      .first()
      .waitFor();
    await page
      .getByText(/you can try again now/i)
      .first()
      .waitFor();
    await desktop.close();
  });
});
