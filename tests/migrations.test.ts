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

describe('wait_end', () => {
  const waits = async (allowance: number, from: number, to: number) => {
    const rows = await db.query(
      `select nullif(extract(epoch from wait_end('2026-01-01Z', n, $1) - '2026-01-01Z'), '-infinity')::int as seconds
       from generate_series($2::int, $3::int) as n`,
      [allowance, from, to],
    );
    return rows.map(({ seconds }) => seconds);
  };

  it('is no instant at all below the allowance, so that a transaction that began earlier does not meet it', async () => {
    expect(await waits(5, 1, 4)).toEqual([null, null, null, null]);
  });

  it('doubles from one second and stops at 15 minutes', async () => {
    expect(await waits(5, 5, 17)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    expect(await waits(100, 99, 101)).toEqual([null, 1, 2]);
    expect(await waits(5, 2_000_000_000, 2_000_000_000)).toEqual([900]);
  });
});
