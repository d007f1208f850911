import { describe, expect, it } from 'vitest';
import { activate, logIn } from '../support/person.ts';
import { startProduct } from '../support/product.ts';

const product = await startProduct();

/** Confirmed at, and the first instant that is too late (R6, K10): calendar months in UTC, clamped at month ends. */
const CALENDAR = [
  ['2026-01-15T08:30:00Z', '2026-07-15T08:30:00Z'],
  ['2026-08-31T23:59:59Z', '2027-02-28T23:59:59Z'],
  ['2027-08-31T10:00:00Z', '2028-02-29T10:00:00Z'],
  ['2028-02-29T10:00:00Z', '2028-08-29T10:00:00Z'],
  ['2026-10-31T00:00:00Z', '2027-04-30T00:00:00Z'],
  ['2026-12-31T12:00:00Z', '2027-06-30T12:00:00Z'],
  ['2026-03-29T00:59:59Z', '2026-09-29T00:59:59Z'],
  ['2026-10-25T00:30:00Z', '2027-04-25T00:30:00Z'],
  ['2026-09-30T22:30:00Z', '2027-03-30T22:30:00Z'],
] as const;

async function activateAt(instant: string, login: string) {
  await product.db.setClock(instant);
  return activate(product, login);
}

describe('six months (A25)', () => {
  it.each(CALENDAR)('confirmed %s: valid strictly before %s, expired from then on', async (confirmed, end) => {
    const early = await activateAt(confirmed, `before.${Date.parse(confirmed)}`);
    const late = await activateAt(confirmed, `from.${Date.parse(confirmed)}`);
    await product.db.setClock(end);
    await product.db.advance('-1 microsecond');
    const before = await logIn(product, early);
    expect(before).toMatchObject({ status: 200 });
    expect(Date.parse(before.body.credentialsExpireAt)).toBe(Date.parse(end));
    await product.db.setClock(end);
    const after = await logIn(product, late);
    expect(after).toMatchObject({ status: 403, body: { code: 'credentials_expired' } });
    expect(Date.parse(after.body.expiredAt)).toBe(Date.parse(end));
  });

  it.each(['UTC', 'Europe/Paris', 'America/New_York', 'Pacific/Apia'])(
    'does not depend on the zone %s',
    async (zone) => {
      const [row] = await product.db.query(
        `select credentials_end(clock(), 'P6M')::text as here from set_config('TimeZone', $1, true)`,
        [zone],
      );
      const [utc] = await product.db.query(`select credentials_end(clock(), 'P6M') = $1::timestamptz as same`, [
        row?.['here'],
      ]);
      expect(utc).toEqual({ same: true });
    },
  );
});

describe('another lifetime', () => {
  it('counts from the first login with the new credentials, not from the enrolment', async () => {
    const soon = await startProduct({ CREDENTIAL_LIFETIME: 'PT20S' });
    const person = await activate(soon, 'twenty.seconds');
    expect(await logIn(soon, person)).toMatchObject({ status: 403, body: { expiredAt: '2026-03-10T12:00:30.000Z' } });
  });
});
