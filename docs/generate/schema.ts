import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { newKey } from '../../functions/shared/crypto/new-keys.ts';
import { startPostgres } from '../../local/postgres.ts';
import { migrate } from '../../migrations/migrate.ts';

type Column = { table: string; column: string; type: string; nullable: boolean; default: string | null };
type Constraint = { table: string; name: string; definition: string };
type Reference = { from: string; to: string };

/** The page about the tables, read from a database that the migrations have just made. */
export async function schemaPage(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'credentials-schema-'));
  const postgres = await startPostgres({ directory, password: newKey(), settings: ['fsync=off'] });
  try {
    const url = postgres.url('postgres');
    await migrate(url);
    return await describe(url);
  } finally {
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function describe(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const columns = (await client.query<Column>(COLUMNS)).rows;
    const constraints = (await client.query<Constraint>(CONSTRAINTS)).rows;
    const references = (await client.query<Reference>(REFERENCES)).rows;
    return render(columns, constraints, references);
  } finally {
    await client.end();
  }
}

function render(columns: Column[], constraints: Constraint[], references: Reference[]): string {
  const tables = Map.groupBy(columns, ({ table }) => table);
  const sections = [...tables].map(([table, own]) =>
    section(
      table,
      own,
      constraints.filter((c) => c.table === table),
    ),
  );
  return [
    '# Database schema',
    '',
    'Generated from the migrations by `npm run docs`; CI fails when this page and the migrations disagree.',
    'What the tables are for is told in [architecture.md](architecture.md).',
    '',
    '```mermaid',
    'erDiagram',
    ...references.map(({ from, to }) => `  ${to} ||--o{ ${from} : has`),
    ...[...tables].flatMap(([table, own]) => [
      `  ${table} {`,
      ...own.map((c) => `    ${c.type.replaceAll(' ', '_')} ${c.column}`),
      '  }',
    ]),
    '```',
    '',
    ...sections,
  ].join('\n');
}

function section(table: string, columns: Column[], constraints: Constraint[]): string {
  const rows = columns.map(
    (c) => `| \`${c.column}\` | ${c.type} | ${c.nullable ? '' : 'not null'} | ${c.default ? `\`${c.default}\`` : ''} |`,
  );
  const rules = constraints.map(({ name, definition }) => `- \`${name}\`: \`${definition.replaceAll(/\s+/g, ' ')}\``);
  return [
    `## ${table}`,
    '',
    '| column | type | | default |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...rules,
    '',
  ].join('\n');
}

const COLUMNS = `
  select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
    not a.attnotnull as nullable, pg_get_expr(d.adbin, d.adrelid) as default
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    and c.relname <> 'schema_migrations'
  order by c.oid, a.attnum`;

const CONSTRAINTS = `
  select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
  from pg_constraint
  where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'p', 'u') and conrelid::regclass::text <> 'schema_migrations'
  union all
  select tablename, indexname, indexdef from pg_indexes
  where schemaname = 'public' and tablename <> 'schema_migrations'
    and indexname not in (select conname from pg_constraint)
  union all
  select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  order by 1, 2`;

const REFERENCES = `
  select distinct conrelid::regclass::text as from, confrelid::regclass::text as to
  from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace order by 2, 1`;
