import type { Queryable } from './pool.ts';

/** The newest migration this code needs. A test holds it equal to the last file in `migrations/`. */
export const REQUIRED_MIGRATION = '0001_credentials';

/** Whether the database has the schema this code needs. A newer schema is fine: migrations only ever expand first. */
export async function isMigrated(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ migrated: boolean }>({
    name: 'is-migrated',
    text: 'select exists (select from schema_migrations where name = $1) as migrated',
    values: [REQUIRED_MIGRATION],
  });
  return rows[0]?.migrated === true;
}
