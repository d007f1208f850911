import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { newKey } from '../../functions/shared/crypto/new-keys.ts';
import { startPostgres } from '../../local/postgres.ts';
import { migrate } from '../../migrations/migrate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** URL of the maintenance database of the tests' PostgreSQL. */
    postgresUrl: string;
  }
}

/** The instant every cloned database starts at. */
const START = '2026-03-10T12:00:10Z';

/**
 * One real PostgreSQL for the whole run, with one migrated template that each test file clones. In the template,
 * `clock()` reads a table, so that tests travel in time instead of sleeping.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'credentials-test-'));
  const settings = ['fsync=off', 'full_page_writes=off', 'max_connections=300', 'shared_buffers=128MB'];
  const postgres = await startPostgres({ directory, password: newKey(), settings });
  await makeTemplate(postgres.url);
  project.provide('postgresUrl', postgres.url('postgres'));
  return async () => {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}

async function makeTemplate(url: (database: string) => string): Promise<void> {
  await execute(url('postgres'), 'create database pristine');
  await migrate(url('pristine'));
  await execute(url('postgres'), 'create database template_credentials template pristine');
  await execute(
    url('template_credentials'),
    `create table test_clock (instant timestamptz not null);
     insert into test_clock values ('${START}');
     create or replace function clock() returns timestamptz language sql stable
       as $$ select instant from public.test_clock $$`,
  );
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
