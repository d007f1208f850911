import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { device, hook, startSite } from './support/site.ts';
import { readQr } from './support/tools.ts';

const site = await startSite();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, for the rules of WCAG 2.1 A and AA and its best practices. */
async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { axe: engine } = window as unknown as {
      axe: { run: (options: object) => Promise<{ violations: Finding[] }> };
    };
    type Finding = { id: string; nodes: { target: string[] }[] };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
    const { violations: found } = await engine.run({ runOnly: tags });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  });
}

const overflows = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** Fields and buttons too low to hit with a thumb, or left without their styles. */
const smallTargets = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('input, button:not(.plain), .button:not(.plain)')]
      .filter((element) => element.offsetParent !== null && element.getBoundingClientRect().height < 44)
      .map((element) => element.dataset['testid'] ?? element.outerHTML.slice(0, 60)),
  );

const WIDTHS = [320, 390, 1440];
const LOOKS = WIDTHS.flatMap((width) =>
  ['fr-FR', 'en-GB'].flatMap((locale) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ width, locale, colorScheme })),
  ),
);

describe.each(LOOKS)('$width px, $locale, $colorScheme', ({ width, locale, colorScheme }) => {
  it('has no fault that axe can find, and no sideways scrolling, in any state of the flows', async () => {
    const context = await device({
      viewport: { width, height: 800 },
      locale,
      colorScheme,
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    await context.addInitScript({ content: axe });
    const page = await context.newPage();
    const found: string[] = [];
    const inspect = async (state: string, of: Page = page) => {
      found.push(...(await violations(of)).map((fault) => `${state}: ${fault}`));
      if (await overflows(of)) found.push(`${state}: scrolls sideways`);
      found.push(...(await smallTargets(of)).map((name) => `${state}: ${name} is lower than 44 px`));
    };

    await page.goto(site.url);
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
    await inspect('create');
    await hook(page, 'login-input').fill('no');
    await hook(page, 'submit-button').click();
    await hook(page, 'error').waitFor();
    await inspect('create, wrong shape');
    await hook(page, 'login-input').fill(`axe.${width}.${locale}.${colorScheme}`);
    await hook(page, 'submit-button').click();
    await hook(page, 'password-qr').waitFor();
    await inspect('step 1');
    const box = await hook(page, 'password-qr').boundingBox();
    if (Math.min(box?.width ?? 0, box?.height ?? 0) < 240) found.push('step 1: QR code below 240 px');
    const link = await readQr(hook(page, 'password-qr'));
    const reveal = await context.newPage();
    await reveal.goto(link);
    await hook(reveal, 'reveal-button').waitFor();
    await inspect('reveal', reveal);
    await hook(reveal, 'reveal-button').click();
    await hook(reveal, 'revealed-password').waitFor();
    await inspect('revealed', reveal);
    await hook(reveal, 'saved-button').click();
    await inspect('saved', reveal);
    const second = await context.newPage();
    await second.goto(link);
    await hook(second, 'reveal-button').click();
    await hook(second, 'report-theft').waitFor();
    await inspect('opened before', second);
    await hook(page, 'next-button').click();
    await hook(page, 'totp-qr').waitFor();
    await inspect('step 2');
    await hook(page, 'next-button').click();
    await hook(page, 'code-input').waitFor();
    await inspect('step 3');
    await hook(page, 'password-input').fill('wrong');
    await hook(page, 'code-input').fill('000000');
    await hook(page, 'error').waitFor();
    await inspect('step 3, refused');
    for (const path of ['/login', '/renew', '/reveal']) {
      await page.goto(`${site.url}${path}`);
      await page.locator('h1').waitFor();
      await inspect(path);
    }
    expect(found).toEqual([]);
    await context.close();
  });
});

describe('by keyboard alone', () => {
  it('creates an account as far as the second factor, with the focus on each heading', async () => {
    const context = await device();
    const page = await context.newPage();
    await page.goto(site.url);
    await hook(page, 'login-input').waitFor();
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('data-testid') ?? document.activeElement?.tagName);
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 40 && (await focused()) !== name; presses += 1) await page.keyboard.press('Tab');
      expect(await focused()).toBe(name);
    };
    await tabTo('login-input');
    await page.keyboard.type('keyboard');
    await page.keyboard.press('Enter');
    await hook(page, 'password-qr').waitFor();
    expect(await focused()).toMatch(/^H[12]$/);
    const title = await page.title();
    await tabTo('next-button');
    await page.keyboard.press('Enter');
    await hook(page, 'totp-qr').waitFor();
    expect(await focused()).toMatch(/^H[12]$/);
    expect(await page.title()).not.toBe(title);
    await context.close();
  });

  it('switches the language', async () => {
    const context = await device({ locale: 'fr-FR' });
    const page = await context.newPage();
    await page.goto(site.url);
    await hook(page, 'language-switch').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en');
    await context.close();
  });
});
