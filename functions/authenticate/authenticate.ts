import { type Origin, record } from '../shared/audit.ts';
import { newToken } from '../shared/crypto/token.ts';
import { inTransaction, type Pool, type Queryable } from '../shared/db/pool.ts';
import { lockAccount } from '../shared/enrolment/queries.ts';
import { type Refusal, refuse } from '../shared/http/problems.ts';
import { consumeStep, release } from '../shared/verification/queries.ts';
import type { Attempt, Proof, Verifier } from '../shared/verification/verify.ts';
import { addRotationTicket, closeEnrolment, confirmPendingSet, discardReplacedSet } from './queries.ts';

export type Authenticate = {
  readonly pool: Pool;
  readonly verifier: Verifier;
  readonly credentialLifetime: string;
  readonly rotationTicketTtl: string;
};

/** A login that went through: whose, until when the credentials live, whether it confirmed them. Seconds since 1970. */
export type LoggedIn = {
  readonly accountId: string;
  readonly login: string;
  readonly activated: boolean;
  readonly credentialsExpireAt: Date;
  readonly authenticatedAt: number;
};

/** A login that was judged and did not go through. `accountId` is for the record, never for the client. */
export type Refused = Refusal & { readonly accountId?: string | null };

/**
 * One login (R6), from top to bottom: verify password and code of one set together; then, in one transaction, use up
 * the code and decide by the state the same statement read.
 */
export async function authenticate(deps: Authenticate, attempt: Attempt, origin: Origin): Promise<LoggedIn | Refused> {
  const verdict = await deps.verifier.verify(attempt);
  if (verdict.kind === 'throttled') return { code: 'too_many_attempts', retryAfter: verdict.retryAfter };
  if (verdict.kind === 'refused') return { code: 'invalid_credentials', accountId: verdict.accountId };
  const { proof } = verdict;

  return inTransaction(deps.pool, async (tx) => {
    const outcome =
      proof.set.slot === 'pending'
        ? await confirm(tx, deps, attempt.login, proof, origin)
        : await logIn(tx, deps, proof, origin);
    // A code that another login used up meanwhile is a failed attempt and stays counted.
    if (!('code' in outcome) || outcome.code !== 'invalid_credentials') await release(tx, proof.subjects, 'succeeded');
    return outcome;
  });
}

/** A login with the credentials in force (R6, R11). */
async function logIn(
  tx: Queryable,
  deps: Authenticate,
  { set, step }: Proof,
  origin: Origin,
): Promise<LoggedIn | Refused> {
  const { accountId } = set;
  const used = await consumeStep(tx, set, step);
  if (used === undefined) return { code: 'invalid_credentials', accountId };
  if (used.disabled) return refuseDisabled(tx, accountId, origin);
  if (used.expired) return refuseExpired(tx, deps, accountId, used.expiresAt, origin);
  await record(tx, 'login_succeeded', accountId, origin);
  return {
    accountId,
    login: used.login,
    activated: false,
    credentialsExpireAt: used.expiresAt,
    authenticatedAt: used.now,
  };
}

/** The first login with new credentials: they take the place of any earlier ones, and their six months start (R4, R7). */
async function confirm(
  tx: Queryable,
  deps: Authenticate,
  login: string,
  { set, step }: Proof,
  origin: Origin,
): Promise<LoggedIn | Refused> {
  const { accountId } = set;
  const account = await lockAccount(tx, accountId);
  if (account?.disabled) return refuseDisabled(tx, accountId, origin);
  const confirmed = account && (await confirmPendingSet(tx, set, step, deps.credentialLifetime));
  if (!confirmed) return { code: 'invalid_credentials', accountId };
  const renewed = await discardReplacedSet(tx, set);
  await closeEnrolment(tx, set);
  await record(tx, renewed ? 'credentials_renewed' : 'account_activated', accountId, origin);
  return {
    accountId,
    login,
    activated: true,
    credentialsExpireAt: confirmed.expiresAt,
    authenticatedAt: confirmed.now,
  };
}

async function refuseDisabled(tx: Queryable, accountId: string, origin: Origin): Promise<Refused> {
  await record(tx, 'account_disabled', accountId, origin);
  return { ...refuse('account_disabled'), accountId };
}

async function refuseExpired(
  tx: Queryable,
  deps: Authenticate,
  accountId: string,
  expiredAt: Date,
  origin: Origin,
): Promise<Refused> {
  const { token, digest } = newToken();
  const ticketExpiresAt = await addRotationTicket(tx, accountId, digest, deps.rotationTicketTtl);
  await record(tx, 'credentials_expired', accountId, origin);
  const members = {
    expiredAt: expiredAt.toISOString(),
    rotationTicket: token,
    ticketExpiresAt: ticketExpiresAt.toISOString(),
  };
  return { ...refuse('credentials_expired', members), accountId };
}
