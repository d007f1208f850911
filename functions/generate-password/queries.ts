import type { Queryable } from '../shared/db/pool.ts';

/** Why a login cannot be enrolled, or that it can: as a new account, or by starting an enrolment afresh. */
export type Availability = 'free' | 'restart' | 'taken';

/**
 * Whether a login is free. A current set or a disabled account takes it for good; a live pending set takes it
 * too, unless the same idempotency key asks again. A pending set past its deadline takes nothing (A6).
 */
export async function availability(
  db: Queryable,
  login: string,
  idempotencyDigest: Buffer | null,
): Promise<Availability> {
  const { rows } = await db.query<{ availability: Availability }>({
    name: 'availability',
    text: `
      select case
          when a.disabled_at is not null or s.slot = 'current' then 'taken'
          when s.confirm_before > clock() and s.idempotency_digest = $2 then 'restart'
          when s.confirm_before > clock() then 'taken'
          else 'free'
        end as availability
      from accounts a left join credential_sets s on s.account_id = a.id
      where a.login = $1
      order by s.slot limit 1`,
    values: [login, idempotencyDigest],
  });
  return rows[0]?.availability ?? 'free';
}

/** The account of a login, locked; made when there is none. */
export async function claimAccount(tx: Queryable, login: string): Promise<string> {
  for (;;) {
    await tx.query({
      name: 'insert-account',
      text: 'insert into accounts (login) values ($1) on conflict (login) do nothing',
      values: [login],
    });
    const { rows } = await tx.query<{ id: string }>({
      name: 'lock-login',
      text: 'select id from accounts where login = $1 for no key update',
      values: [login],
    });
    // No row: the account of an abandoned enrolment was swept between the two statements.
    if (rows[0] !== undefined) return rows[0].id;
  }
}

/** How many leftovers one enrolment sweeps at most: enough to keep up, too few to be noticed. */
const SWEEP_LIMIT = 20;

/** Accounts with a pending set past its deadline, locked. Those somebody else has locked are left for the next sweep. */
export async function lockAbandoned(tx: Queryable): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>({
    name: 'lock-abandoned',
    text: `
      select a.id from credential_sets s join accounts a on a.id = s.account_id
      where s.slot = 'pending' and s.confirm_before <= clock()
      order by s.confirm_before limit ${SWEEP_LIMIT}
      for no key update of a skip locked`,
  });
  return rows.map(({ id }) => id);
}

/**
 * Discards pending sets past their deadline. The
 * deadline is checked again: a set may have been confirmed just before its account was locked.
 */
export async function discardAbandonedSets(tx: Queryable, accountIds: readonly string[]): Promise<void> {
  await tx.query({
    name: 'empty-abandoned-links',
    text: `update reveal_links l set password_sealed = null, claimant_digest = null
           from credential_sets s
           where s.id = l.set_id and s.account_id = any($1) and s.slot = 'pending' and s.confirm_before <= clock()`,
    values: [accountIds],
  });
  await tx.query({
    name: 'delete-abandoned-sets',
    text: `delete from credential_sets
           where account_id = any($1) and slot = 'pending' and confirm_before <= clock()`,
    values: [accountIds],
  });
}

/**
 * Deletes tickets past their end, links a day past theirs (until then a link can say why it is spent), and clients that
 * have not logged in for 90 days.
 */
export async function deleteSpent(tx: Queryable): Promise<void> {
  await tx.query({
    name: 'delete-spent-tickets',
    text: `delete from tickets where digest in (
             select digest from tickets where expires_at <= clock() order by expires_at limit ${SWEEP_LIMIT}
             for update skip locked)`,
  });
  await tx.query({
    name: 'delete-spent-links',
    text: `delete from reveal_links where id in (
             select id from reveal_links where expires_at <= clock() - interval '1 day' order by expires_at limit ${SWEEP_LIMIT}
             for update skip locked)`,
  });
  await tx.query({
    name: 'delete-old-clients',
    text: `delete from known_clients where subject in (
             select subject from known_clients where seen_at <= clock() - interval '90 days' order by seen_at limit ${SWEEP_LIMIT}
             for update skip locked)`,
  });
}
