import { readdirSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REQUIRED_MIGRATION } from '../functions/shared/db/schema-version.ts';
import { migrate } from '../migrations/migrate.ts';
import { cloneDatabase } from './support/database.ts';

const FILES = readdirSync(new URL('../migrations', import.meta.url))
  .filter((name) => /^\d{4}_.*\.sql$/.test(name))
  .map((name) => name.replace(/\.sql$/, ''))
  .sort();

const empty = await cloneDatabase('template0');
const migrated = await cloneDatabase('pristine');

describe('migrate', () => {
  it('leaves a database at the newest file, which is what the code needs', () => {
    expect(FILES.at(-1)).toBe(REQUIRED_MIGRATION);
  });

  it('applies everything once when two start on an empty database together', async () => {
    const [one, two] = await Promise.all([migrate(empty.url), migrate(empty.url)]);
    expect([one, two].sort((a, b) => b.length - a.length)).toEqual([FILES, []]);
    expect(await empty.query('select name from schema_migrations order by name')).toEqual(
      FILES.map((name) => ({ name })),
    );
  });

  it('applies nothing the second time', async () => {
    expect(await migrate(migrated.url)).toEqual([]);
  });
});

const db = await cloneDatabase();
const client = new pg.Client({ connectionString: db.url });
beforeAll(() => client.connect());
afterAll(() => client.end());

describe('credentials_end (A25)', () => {
  const cases: [string, string, string][] = [
    ['2026-03-10T12:00:10Z', 'P6M', '2026-09-10T12:00:10Z'],
    ['2026-08-31T10:00:00Z', 'P6M', '2027-02-28T10:00:00Z'],
    ['2027-08-31T10:00:00Z', 'P6M', '2028-02-29T10:00:00Z'],
    ['2027-08-29T23:59:59.999Z', 'P6M', '2028-02-29T23:59:59.999Z'],
    ['2028-02-29T00:00:00Z', 'P6M', '2028-08-29T00:00:00Z'],
    ['2028-02-29T00:00:00Z', 'P1Y', '2029-02-28T00:00:00Z'],
    ['2026-12-31T23:59:59Z', 'P2M', '2027-02-28T23:59:59Z'],
    ['2026-03-31T00:00:00Z', 'P6M', '2026-09-30T00:00:00Z'],
    // Where Paris and New York change their clocks, and where their date is not the one in UTC.
    ['2026-03-29T00:59:59Z', 'P6M', '2026-09-29T00:59:59Z'],
    ['2026-03-29T01:30:00Z', 'P7M', '2026-10-29T01:30:00Z'],
    ['2026-10-25T00:30:00Z', 'P6M', '2027-04-25T00:30:00Z'],
    ['2026-09-14T07:30:00Z', 'P6M', '2027-03-14T07:30:00Z'],
    ['2026-08-31T22:30:00Z', 'P6M', '2027-02-28T22:30:00Z'],
    ['2026-09-01T03:00:00Z', 'P6M', '2027-03-01T03:00:00Z'],
    ['2026-10-24T12:00:00Z', 'P1D', '2026-10-25T12:00:00Z'],
    ['2026-10-24T12:00:00Z', 'PT24H', '2026-10-25T12:00:00Z'],
  ];
  it.each(['UTC', 'Europe/Paris', 'America/New_York', 'Pacific/Kiritimati', 'Pacific/Pago_Pago'])(
    'is the same instant for a session in %s',
    async (zone) => {
      await client.query("select set_config('timezone', $1, false)", [zone]);
      const ends: unknown[] = [];
      for (const [start, lifetime] of cases) {
        const { rows } = await client.query<{ end: Date }>('select credentials_end($1, $2) as end', [start, lifetime]);
        ends.push(rows[0]?.end);
      }
      expect(ends).toEqual(cases.map(([, , end]) => new Date(end)));
    },
  );
});

describe('wait_after', () => {
  it('is nothing up to the allowance, then doubles from a second to a quarter of an hour', async () => {
    const rows = await db.query(
      `select extract(epoch from wait_after(n, 5))::int as seconds
       from unnest(array[0, 1, 4, 5, 6, 7, 8, 13, 14, 15, 16, 1000, 2147483647]) as n`,
    );
    expect(rows.map(({ seconds }) => seconds)).toEqual([0, 0, 0, 1, 2, 4, 8, 256, 512, 900, 900, 900, 900]);
  });

  it('starts where the allowance says', async () => {
    const rows = await db.query(
      'select extract(epoch from wait_after(n, 100))::int as seconds from generate_series(98, 102) as n',
    );
    expect(rows.map(({ seconds }) => seconds)).toEqual([0, 0, 1, 2, 4]);
  });
});
