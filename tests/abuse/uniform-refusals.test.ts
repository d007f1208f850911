import { describe, expect, it } from 'vitest';
import { activate, codeOf, enrol, type Person } from '../support/person.ts';
import { type Reply, startProduct } from '../support/product.ts';

const product = await startProduct();
const TRIES = 200;

/** What a client can compare: everything but the identifier of the request and the date. */
function visible({ status, headers, body }: Reply) {
  const { 'x-request-id': _id, date: _date, ...rest } = headers;
  return { status, headers: rest, body: { ...body, requestId: '' } };
}

type Guess = (index: number) => Promise<Record<string, unknown>>;

async function refusals(guess: Guess): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let i = 0; i < TRIES; i += 1) {
    const client = `198.51.${Math.floor(i / 250)}.${i % 250}`;
    // The ceiling of the account would answer 429 otherwise; it is not what is compared here.
    await product.db.query('delete from login_failures');
    replies.push(await product.call('authenticate', await guess(i), { client }));
  }
  return replies;
}

describe('every way to be refused looks the same (A15)', () => {
  it('has the same status, headers and body over 200 tries each', async () => {
    const person: Person = await activate(product, 'existing');
    const pending = await enrol(product, 'unfinished');
    await product.db.query(`update credential_sets set totp_id = null, totp_sealed = null where slot = 'pending'`);
    const used = await codeOf(product, person, -1);
    const { login, password } = person;
    const ways: Record<string, Guess> = {
      'unknown login': async (i) => ({ login: `nobody.${i}`, password, code: '123456' }),
      'wrong password': async (i) => ({ login, password: `wrong ${i}`, code: await codeOf(product, person) }),
      'wrong code': async () => ({ login, password, code: '000000' }),
      'used code': async () => ({ login, password, code: used }),
      'no code': async () => ({ login, password }),
      'no second factor': async () => ({ login: pending.login, password: pending.password, code: '123456' }),
    };
    const [first] = (await refusals(async () => ({ login: 'nobody', password, code: '123456' }))).map(visible);
    expect(first?.status).toBe(401);
    for (const [name, guess] of Object.entries(ways)) {
      const seen = (await refusals(guess)).map(visible);
      expect(seen, name).toHaveLength(TRIES);
      for (const answer of seen) expect(answer, name).toEqual(first);
    }
  });
});
