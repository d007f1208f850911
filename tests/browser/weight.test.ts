import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { device, startSite } from './support/site.ts';

const site = await startSite();
const LIMIT = 20_000;

it.each([
  ['/', 'fr-FR'],
  ['/login', 'en-GB'],
  ['/renew', 'fr-FR'],
  ['/reveal', 'fr-FR'],
])('%s (%s) weighs at most 20 kB compressed, in few requests', async (path, locale) => {
  const context = await device({ locale });
  const page = await context.newPage();
  const bodies: Promise<Buffer>[] = [];
  page.on('response', (response) => bodies.push(response.body()));
  await page.goto(`${site.url}${path}`);
  await page.waitForLoadState('networkidle');
  const weights = (await Promise.all(bodies)).map((body) => gzipSync(body, { level: 9 }).length);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(LIMIT);
  expect(weights.length).toBeLessThanOrEqual(10);
  await context.close();
});
