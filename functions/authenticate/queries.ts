import type { Origin } from '../shared/audit.ts';
import { type Queryable, touchedOne } from '../shared/db/pool.ts';
import type { Subjects } from '../shared/verification/queries.ts';
import type { OwnSet } from '../shared/verification/verify.ts';

export type Confirmed = { readonly expiresAt: Date; readonly now: number };

/**
 * Confirms a pending set of a locked account: it becomes current and its six months start (R4, R7). Guarded by the
 * second factor the code was checked against, so that of two logins with one code one finds nothing (A9, A10).
 */
export async function confirmPendingSet(
  tx: Queryable,
  set: OwnSet,
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
export async function discardReplacedSet(tx: Queryable, confirmed: OwnSet): Promise<boolean> {
  return touchedOne(
    await tx.query({
      name: 'discard-replaced-set',
      text: `delete from credential_sets where account_id = $1 and slot = 'current' and id <> $2`,
      values: [confirmed.accountId, confirmed.setId],
    }),
  );
}

/** Ends what led here: the link's ciphertext, the enrolment ticket, any rotation ticket. */
export async function closeEnrolment(tx: Queryable, confirmed: OwnSet): Promise<void> {
  await tx.query({
    name: 'empty-confirmed-link',
    text: 'update reveal_links set password_sealed = null, claimant_digest = null where set_id = $1',
    values: [confirmed.setId],
  });
  await tx.query({
    name: 'delete-account-tickets',
    text: 'delete from tickets where account_id = $1 or set_id = $2',
    values: [confirmed.accountId, confirmed.setId],
  });
}

export type LogInRequest = {
  readonly set: OwnSet;
  readonly step: number;
  readonly subjects: Subjects;
  readonly origin: Origin;
  /** Stored only if the credentials turn out to have expired. `ttl` is an ISO 8601 duration. */
  readonly ticket: { readonly digest: Buffer; readonly ttl: string };
};

export type LogInOutcome = {
  readonly login: string;
  readonly outcome: 'login_succeeded' | 'credentials_expired' | 'account_disabled';
  readonly expiresAt: Date;
  readonly ticketExpiresAt: Date | null;
  readonly now: number;
};

/**
 * A login with a current set, whole: uses up the code, decides by the state the same statement reads, stores a rotation
 * ticket if the credentials are too old, records the event and takes the attempt's count back. One statement is one
 * transaction: of any number of logins with one code, one finds the step unused (A9), and there is no between to crash
 * in. Undefined when the step was used or the set replaced meanwhile.
 */
export async function logInWithCurrentSet(db: Queryable, request: LogInRequest): Promise<LogInOutcome | undefined> {
  const { set, step, subjects, origin, ticket } = request;
  const { rows } = await db.query<LogInOutcome>({
    name: 'log-in-with-current-set',
    text: `
      with
        used as (
          update credential_sets s set last_step = $3
          from accounts a
          where s.id = $1 and s.slot = 'current' and s.totp_id = $2 and s.last_step < $3 and a.id = s.account_id
          returning a.id, a.login, s.expires_at, case
            when a.disabled_at is not null then 'account_disabled'
            when s.expires_at <= clock() then 'credentials_expired'
            else 'login_succeeded'
          end as outcome
        ),
        ticket as (
          insert into tickets (digest, purpose, account_id, expires_at)
          select $4, 'rotation', id, clock() + $5::interval from used where outcome = 'credentials_expired'
          returning expires_at
        ),
        event as (
          insert into audit_events (event, account_id, request_id, client)
          select outcome, id, $6, $7 from used
        )
      select login, outcome, used.expires_at as "expiresAt", ticket.expires_at as "ticketExpiresAt",
        extract(epoch from clock())::float8 as now, release_attempt($8, $9, true)
      from used left join ticket on true`,
    values: [
      set.setId,
      set.totpId,
      step,
      ticket.digest,
      ticket.ttl,
      origin.requestId,
      origin.client,
      subjects.pair,
      subjects.account,
    ],
  });
  return rows[0];
}
