import { type Origin, record } from '../shared/audit.ts';
import { type HashingQueue, Overloaded } from '../shared/crypto/hashing-queue.ts';
import type { Keyring } from '../shared/crypto/keyring.ts';
import { sha256 } from '../shared/crypto/token.ts';
import { inTransaction, type Pool, type Queryable } from '../shared/db/pool.ts';
import { describeEnrolment, type EnrolmentAnswer } from '../shared/enrolment/answer.ts';
import { prepareEnrolment } from '../shared/enrolment/prepare.ts';
import { addPendingSet, discardPendingSet, type Lifetimes, lockAccount } from '../shared/enrolment/queries.ts';
import { type Answer, type Refusal, refuse } from '../shared/http/problems.ts';
import { release } from '../shared/verification/queries.ts';
import type { Attempt, Verifier } from '../shared/verification/verify.ts';
import { accountOfTicket, consumeStep, consumeTicket } from './queries.ts';

export type Rotate = {
  readonly pool: Pool;
  readonly verifier: Verifier;
  readonly keyring: Keyring;
  readonly hashing: HashingQueue;
  readonly publicUrl: string;
  readonly lifetimes: Lifetimes;
};

/** `accountId` is for the record, never for the client. */
export type RotateAnswer = Answer<EnrolmentAnswer> & { readonly accountId?: string | null };

/** Consumes what gives the right to renew, inside the transaction that renews. False: it was used up meanwhile. */
type Claim = (tx: Queryable) => Promise<boolean>;

/** Renews with the ticket that an expired login was given (R7, A3). */
export async function rotateWithTicket(deps: Rotate, ticket: string, origin: Origin): Promise<RotateAnswer> {
  const ticketDigest = sha256(ticket);
  const account = await accountOfTicket(deps.pool, ticketDigest);
  if (account === undefined) return refuse('invalid_ticket');
  return renew(deps, account.accountId, refuse('invalid_ticket'), (tx) => consumeTicket(tx, ticketDigest), origin);
}

/** Renews early, or after the end, with both factors of the set in force. A set still pending renews nothing. */
export async function rotateWithCredentials(deps: Rotate, attempt: Attempt, origin: Origin): Promise<RotateAnswer> {
  const verdict = await deps.verifier.verify(attempt);
  if (verdict.kind === 'throttled') return { code: 'too_many_attempts', retryAfter: verdict.retryAfter };
  const refused = (accountId: string | null) => ({ ...refuse('invalid_credentials'), accountId });
  if (verdict.kind === 'refused') return refused(verdict.accountId);
  const { set, step, subjects } = verdict.proof;
  // Checked before another hash is spent on it: it would be refused for ever, since its code is never used up.
  if (set.slot !== 'current') return refused(set.accountId);
  const claim: Claim = async (tx) => {
    const used = await consumeStep(tx, set, step);
    if (used) await release(tx, subjects, 'succeeded');
    return used;
  };
  return renew(deps, set.accountId, refused(set.accountId), claim, origin).catch(async (error: unknown) => {
    if (error instanceof Overloaded) await release(deps.pool, subjects, 'not_judged');
    throw error;
  });
}

/**
 * Puts a fresh pending set beside the current one, which keeps exactly the rights it had until the new one is
 * confirmed (A5). An earlier unfinished renewal is void.
 */
async function renew(
  deps: Rotate,
  accountId: string,
  lost: Refusal,
  claim: Claim,
  origin: Origin,
): Promise<RotateAnswer> {
  const prepared = await prepareEnrolment(deps.keyring, deps.hashing, deps.publicUrl);
  return inTransaction(deps.pool, async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account === undefined || !(await claim(tx))) return lost;
    if (account.disabled) {
      await record(tx, 'account_disabled', accountId, origin);
      return refuse('account_disabled');
    }
    await discardPendingSet(tx, accountId);
    const deadlines = await addPendingSet(tx, accountId, prepared, deps.lifetimes, null);
    await record(tx, 'renewal_started', accountId, origin);
    return { status: 201, body: describeEnrolment(account.login, 'rotating', prepared, deadlines) };
  });
}
