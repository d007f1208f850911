import type { Queryable } from '../db/pool.ts';
import type { PreparedEnrolment } from './prepare.ts';

/** ISO 8601 durations, as the settings hold them. */
export type Lifetimes = { readonly enrolmentTtl: string; readonly revealTtl: string };

export type Deadlines = { readonly linkExpiresAt: Date; readonly ticketExpiresAt: Date };

/**
 * Locks an account. Every transaction that adds, confirms or discards credential sets begins here, so that two
 * of them on one account run one after the other and never deadlock.
 */
export async function lockAccount(
  tx: Queryable,
  accountId: string,
): Promise<{ login: string; disabled: boolean } | undefined> {
  const { rows } = await tx.query<{ login: string; disabled: boolean }>({
    name: 'lock-account',
    text: `select login, disabled_at is not null as disabled
           from accounts where id = $1 for no key update`,
    values: [accountId],
  });
  return rows[0];
}

/** Voids the pending set of a locked account with everything issued for it: password, second factor, link, ticket. */
export async function discardPendingSet(tx: Queryable, accountId: string): Promise<void> {
  await tx.query({
    name: 'empty-links',
    text: `update reveal_links l set password_sealed = null, claimant_digest = null
           from credential_sets s
           where s.id = l.set_id and s.account_id = $1 and s.slot = 'pending'`,
    values: [accountId],
  });
  await tx.query({
    name: 'discard-pending-set',
    text: `delete from credential_sets where account_id = $1 and slot = 'pending'`,
    values: [accountId],
  });
}

/** Deletes those of the locked accounts that have no credential set left: their logins are free again. */
export async function deleteEmptyAccounts(tx: Queryable, accountIds: readonly string[]): Promise<void> {
  await tx.query({
    name: 'delete-empty-accounts',
    text: `delete from accounts a
           where a.id = any($1) and a.disabled_at is null
             and not exists (select from credential_sets s where s.account_id = a.id)`,
    values: [accountIds],
  });
}

/** Adds a pending set to a locked account that has none, with its one-time link and its enrolment ticket. */
export async function addPendingSet(
  tx: Queryable,
  accountId: string,
  { stored }: PreparedEnrolment,
  lifetimes: Lifetimes,
  idempotencyDigest: Buffer | null,
): Promise<Deadlines> {
  const { rows } = await tx.query<Deadlines>({
    name: 'add-pending-set',
    text: `
      with
        pending as (
          insert into credential_sets (id, account_id, slot, password_sealed, idempotency_digest, confirm_before)
          values ($1, $2, 'pending', $3, $4, clock() + $5::interval)
          returning confirm_before
        ),
        link as (
          insert into reveal_links (id, set_id, token_digest, password_sealed, expires_at)
          select $6, $1, $7, $8, least(clock() + $9::interval, confirm_before) from pending
          returning expires_at
        ),
        ticket as (
          insert into tickets (digest, purpose, set_id, expires_at)
          select $10, 'enrolment', $1, confirm_before from pending
          returning expires_at
        )
      select link.expires_at as "linkExpiresAt", ticket.expires_at as "ticketExpiresAt" from link, ticket`,
    values: [
      stored.setId,
      accountId,
      stored.passwordSealed,
      idempotencyDigest,
      lifetimes.enrolmentTtl,
      stored.linkId,
      stored.linkDigest,
      stored.linkSealed,
      lifetimes.revealTtl,
      stored.ticketDigest,
    ],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('the pending set was not added');
  return row;
}
