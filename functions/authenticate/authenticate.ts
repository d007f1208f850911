import { type Origin, record } from '../shared/audit.ts';
import { newToken } from '../shared/crypto/token.ts';
import { inTransaction, type Pool, type Queryable } from '../shared/db/pool.ts';
import { lockAccount } from '../shared/enrolment/queries.ts';
import { type Refusal, refuse } from '../shared/http/problems.ts';
import { release } from '../shared/verification/queries.ts';
import type { Attempt, Proof, Verifier } from '../shared/verification/verify.ts';
import { closeEnrolment, confirmPendingSet, discardReplacedSet, logInWithCurrentSet } from './queries.ts';

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
  return verdict.proof.set.slot === 'pending'
    ? inTransaction(deps.pool, (tx) => confirm(tx, deps, attempt.login, verdict.proof, origin))
    : logIn(deps, verdict.proof, origin);
}

/** A login with the credentials in force (R6, R11). A code that another login used up meanwhile stays counted as a failure. */
async function logIn(deps: Authenticate, { set, step, subjects }: Proof, origin: Origin): Promise<LoggedIn | Refused> {
  const { accountId } = set;
  const { token, digest } = newToken();
  const ticket = { digest, ttl: deps.rotationTicketTtl };
  const found = await logInWithCurrentSet(deps.pool, { set, step, subjects, origin, ticket });
  if (found === undefined) return { code: 'invalid_credentials', accountId };
  const { login, outcome, expiresAt, ticketExpiresAt, now } = found;
  switch (outcome) {
    case 'login_succeeded':
      return { accountId, login, activated: false, credentialsExpireAt: expiresAt, authenticatedAt: now };
    case 'account_disabled':
      return { ...refuse('account_disabled'), accountId };
    case 'credentials_expired': {
      const members = { expiredAt: expiresAt.toISOString(), rotationTicket: token };
      return { ...refuse(outcome, { ...members, ticketExpiresAt: ticketExpiresAt?.toISOString() }), accountId };
    }
  }
}

/** The first login with new credentials: they take the place of any earlier ones, and their six months start (R4, R7). */
async function confirm(
  tx: Queryable,
  deps: Authenticate,
  login: string,
  { set, step, subjects }: Proof,
  origin: Origin,
): Promise<LoggedIn | Refused> {
  const { accountId } = set;
  const account = await lockAccount(tx, accountId);
  if (account?.disabled) {
    await record(tx, 'account_disabled', accountId, origin);
    await release(tx, subjects, 'succeeded');
    return { ...refuse('account_disabled'), accountId };
  }
  const confirmed = account && (await confirmPendingSet(tx, set, step, deps.credentialLifetime));
  if (!confirmed) return { code: 'invalid_credentials', accountId };
  const renewed = await discardReplacedSet(tx, set);
  await closeEnrolment(tx, set);
  await record(tx, renewed ? 'credentials_renewed' : 'account_activated', accountId, origin);
  await release(tx, subjects, 'succeeded');
  return {
    accountId,
    login,
    activated: true,
    credentialsExpireAt: confirmed.expiresAt,
    authenticatedAt: confirmed.now,
  };
}
