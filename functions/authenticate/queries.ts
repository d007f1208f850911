import { type Queryable, touchedOne } from '../shared/db/pool.ts';
import type { CredentialSet } from '../shared/verification/queries.ts';

export type Confirmed = { readonly expiresAt: Date; readonly now: number };

/**
 * Confirms a pending set of a locked account: it becomes current and its six months start (R4, R7). Guarded by the
 * second factor the code was checked against, so that of two logins with one code one finds nothing (A9, A10).
 */
export async function confirmPendingSet(
  tx: Queryable,
  set: CredentialSet,
  step: number,
  lifetime: string,
): Promise<Confirmed | undefined> {
  const { rows } = await tx.query<Confirmed>({
    name: 'confirm-pending-set',
    text: `
      update credential_sets set
        slot = 'current', last_step = $3, confirmed_at = clock(), expires_at = credentials_end(clock(), $4),
        confirm_before = null, idempotency_digest = null
      where id = $1 and slot = 'pending' and totp_id = $2 and confirm_before > clock()
      returning expires_at as "expiresAt", extract(epoch from clock())::float8 as now`,
    values: [set.setId, set.totpId, step, lifetime],
  });
  return rows[0];
}

/** Deletes the set that the newly confirmed one replaces. True when there was one: a renewal, not an activation. */
export async function discardReplacedSet(tx: Queryable, confirmed: CredentialSet): Promise<boolean> {
  return touchedOne(
    await tx.query({
      name: 'discard-replaced-set',
      text: `delete from credential_sets where account_id = $1 and slot = 'current' and id <> $2`,
      values: [confirmed.accountId, confirmed.setId],
    }),
  );
}

/** Ends what led here: the link's ciphertext, the enrolment ticket, any rotation ticket. */
export async function closeEnrolment(tx: Queryable, confirmed: CredentialSet): Promise<void> {
  await tx.query({
    name: 'empty-confirmed-link',
    text: 'update reveal_links set password_sealed = null, claimant_digest = null where set_id = $1',
    values: [confirmed.setId],
  });
  await tx.query({
    name: 'delete-account-tickets',
    text: 'delete from tickets where account_id = $1',
    values: [confirmed.accountId],
  });
}

/** Stores a rotation ticket; answers when it expires. */
export async function addRotationTicket(tx: Queryable, accountId: string, digest: Buffer, ttl: string): Promise<Date> {
  const { rows } = await tx.query<{ expires_at: Date }>({
    name: 'add-rotation-ticket',
    text: `
      insert into tickets (digest, purpose, account_id, expires_at)
      values ($1, 'rotation', $2, clock() + $3::interval)
      returning expires_at`,
    values: [digest, accountId, ttl],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('the rotation ticket was not stored');
  return row.expires_at;
}
