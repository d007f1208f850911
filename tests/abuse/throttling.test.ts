import { describe, expect, it } from 'vitest';
import { createPool } from '../../functions/shared/db/pool.ts';
import { evictFailures } from '../../functions/shared/verification/queries.ts';
import { activate, codeOf, enrol, logIn } from '../support/person.ts';
import { type Reply, startProduct } from '../support/product.ts';

const product = await startProduct();
const guess = (login: string, options = {}): Promise<Reply> =>
  product.call('authenticate', { login, password: 'a wrong password', code: '123456' }, options);
const retryAfter = ({ headers }: Reply) => Number(headers['retry-after']);

async function failUntilThrottled(login: string, client = '192.0.2.1'): Promise<Reply> {
  for (let failures = 0; failures < 5; failures += 1) expect((await guess(login, { client })).status).toBe(401);
  return guess(login, { client });
}

describe('waiting after failures', () => {
  it.each(['known', 'nobody.by.this.name'])(
    'begins after five and doubles up to 15 minutes, for %s alike',
    async (login) => {
      if (login === 'known') await activate(product, login);
      const waits: number[] = [];
      let reply = await failUntilThrottled(login);
      for (let round = 0; round < 12; round += 1) {
        expect(reply).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
        waits.push(retryAfter(reply));
        await product.db.advance(`${retryAfter(reply)} seconds`);
        expect((await guess(login)).status).toBe(401);
        reply = await guess(login);
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    },
  );

  it('ends by itself, and refused attempts do not lengthen it (A14)', async () => {
    const person = await activate(product, 'patient');
    const reply = await failUntilThrottled('patient');
    for (let again = 0; again < 20; again += 1) await guess('patient');
    expect((await logIn(product, person)).status).toBe(429);
    await product.db.advance(`${retryAfter(reply)} seconds`);
    expect((await logIn(product, person)).status).toBe(200);
  });

  it('lets the victim in from elsewhere (A14)', async () => {
    const person = await activate(product, 'victim');
    await failUntilThrottled('victim', '198.51.100.66');
    expect((await logIn(product, person, { client: '203.0.113.5' })).status).toBe(200);
    expect((await guess('victim', { client: '198.51.100.66' })).status).toBe(429);
  });

  it('counts all clients of one account together, with a higher ceiling', async () => {
    const person = await activate(product, 'distributed');
    const statuses: number[] = [];
    for (let i = 0; i < 101; i += 1) statuses.push((await guess('distributed', { client: `198.51.100.${i}` })).status);
    expect(statuses.indexOf(429)).toBe(100);
    expect((await logIn(product, person, { client: '203.0.113.9' })).status).toBe(429);
    await product.db.advance('1 second');
    expect((await logIn(product, person, { client: '203.0.113.9' })).status).toBe(200);
  });

  it('keeps strangers from locking out a client that has logged in before (A14)', async () => {
    const person = await activate(product, 'besieged');
    for (let i = 0; i < 101; i += 1) await guess('besieged', { client: `198.51.100.${i}` });
    expect((await guess('besieged', { client: '203.0.113.77' })).status).toBe(429);
    expect((await logIn(product, person)).status).toBe(200);
    await product.db.advance('30 seconds');
    expect((await logIn(product, person)).status).toBe(200);
    for (let i = 0; i < 5; i += 1) expect((await guess('besieged')).status).toBe(401);
    expect((await guess('besieged')).status).toBe(429);
  });

  it('forgets a client that has not logged in for 90 days', async () => {
    const person = await activate(product, 'long.away');
    await product.db.advance('91 days');
    for (let i = 0; i < 101; i += 1) await guess('long.away', { client: `198.51.100.${i}` });
    expect((await logIn(product, person)).status).toBe(429);
    await product.call('generate-password', { login: 'sweeps.clients' });
    const left = await product.db.query(`select 1 from known_clients where seen_at <= clock() - interval '90 days'`);
    expect(left).toEqual([]);
  });

  it('refuses nobody because others are failing at the very same moment', async () => {
    const person = await activate(product, 'crowded');
    const clients = Array.from({ length: 60 }, (_, i) => `198.51.100.${i}`);
    const crowd = clients.map((client) => guess('crowded', { client }));
    const own = logIn(product, person, { client: '203.0.113.10' });
    expect((await Promise.all(crowd)).map(({ status }) => status)).toEqual(clients.map(() => 401));
    expect((await own).status).toBe(200);
  });

  it('does not let a success wipe out what others failed', async () => {
    const person = await activate(product, 'shared.count');
    for (let i = 0; i < 50; i += 1) await guess('shared.count', { client: `198.51.100.${i}` });
    expect((await logIn(product, person)).status).toBe(200);
    for (let i = 50; i < 100; i += 1) await guess('shared.count', { client: `198.51.100.${i}` });
    expect((await guess('shared.count', { client: '198.51.100.200' })).status).toBe(429);
  });

  it('forgets after a day', async () => {
    await failUntilThrottled('forgotten');
    await product.db.advance('1 day 1 second');
    const again = await failUntilThrottled('forgotten');
    expect(retryAfter(again)).toBe(1);
  });

  it('counts an IPv6 subscriber by the /64, however it rotates', async () => {
    for (let i = 1; i <= 5; i += 1) expect((await guess('six', { client: `2001:db8:1:2::${i}` })).status).toBe(401);
    expect((await guess('six', { client: '2001:db8:1:2:ffff::9' })).status).toBe(429);
    expect((await guess('six', { client: '2001:db8:1:3::1' })).status).toBe(401);
  });

  it('takes no word of a client that is no trusted proxy (A13)', async () => {
    const spoof = (i: number) => ({
      headers: { 'x-forwarded-for': `203.0.113.${i}`, forwarded: `for=203.0.113.${i}` },
    });
    for (let i = 0; i < 5; i += 1) expect((await guess('spoofed', spoof(i))).status).toBe(401);
    expect((await guess('spoofed', spoof(99))).status).toBe(429);
  });

  it('counts rotations with credentials by the same counters', async () => {
    const person = await activate(product, 'rotator');
    const wrong = { login: 'rotator', password: person.password, code: '000000' };
    for (let i = 0; i < 5; i += 1) expect((await product.call('rotate', wrong)).status).toBe(401);
    expect(await product.call('rotate', wrong)).toMatchObject({ status: 429, body: { code: 'too_many_attempts' } });
    expect((await logIn(product, person)).status).toBe(429);
  });

  it('counts renewals that are asked for with credentials still being enrolled', async () => {
    const { enrolment: _, ...person } = await enrol(product, 'not.yet');
    const { login, password } = person;
    const code = await codeOf(product, person);
    for (let i = 0; i < 5; i += 1) expect((await product.call('rotate', { login, password, code })).status).toBe(401);
    expect((await product.call('rotate', { login, password, code })).status).toBe(429);
  });
});

describe('what is stored', () => {
  it('holds no login and no address, and is bounded, lightest counters first', async () => {
    await product.db.query('delete from login_failures');
    const person = await activate(product, 'bounded');
    await failUntilThrottled('bounded', '198.51.100.7');
    for (let i = 0; i < 20; i += 1) await guess(`invented.${i}`);
    const pool = createPool(product.db.url, 'evict');
    await evictFailures(pool, 10);
    await pool.end();
    const rows = await product.db.query(
      'select failures, octet_length(subject) as bytes from login_failures order by failures',
    );
    expect(rows).toHaveLength(10);
    expect(rows.every(({ bytes }) => bytes === 16)).toBe(true);
    expect((await guess('bounded', { client: '198.51.100.7' })).status).toBe(429);
    expect((await logIn(product, person, { code: await codeOf(product, person) })).status).toBe(200);
  });

  it('records refusals up to a bound, and then how many it left out', async () => {
    await product.db.query('delete from audit_events');
    for (let i = 0; i < 150; i += 1) await guess(`flood.${i}`);
    const [count] = await product.db.query(
      `select count(*)::int as recorded from audit_events where event = 'login_refused'`,
    );
    expect(count?.['recorded']).toBeLessThan(150);
  });
});
