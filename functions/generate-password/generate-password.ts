import { type Origin, record } from '../shared/audit.ts';
import type { HashingQueue } from '../shared/crypto/hashing-queue.ts';
import type { Keyring } from '../shared/crypto/keyring.ts';
import { sha256 } from '../shared/crypto/token.ts';
import { inTransaction, type Pool } from '../shared/db/pool.ts';
import { describeEnrolment, type EnrolmentAnswer } from '../shared/enrolment/answer.ts';
import { prepareEnrolment } from '../shared/enrolment/prepare.ts';
import { addPendingSet, discardPendingSet, type Lifetimes } from '../shared/enrolment/queries.ts';
import { type Answer, refuse } from '../shared/http/problems.ts';
import { availability, claimAccount } from './queries.ts';
import { sweep } from './sweep.ts';

export type GeneratePassword = {
  readonly pool: Pool;
  readonly keyring: Keyring;
  readonly hashing: HashingQueue;
  readonly publicUrl: string;
  readonly lifetimes: Lifetimes;
  readonly onSweepFailed: (error: unknown) => void;
};

/**
 * Starts an enrolment (R1, R2): a pending set with a password nobody has seen, a one-time link, a ticket for
 * the second factor. Without the idempotency key of the enrolment under way, a login in use is left untouched (A1).
 */
export async function generatePassword(
  { pool, keyring, hashing, publicUrl, lifetimes, onSweepFailed }: GeneratePassword,
  request: { login: string; idempotencyKey: string | undefined; origin: Origin },
): Promise<Answer<EnrolmentAnswer>> {
  const { login, origin } = request;
  const idempotencyDigest = request.idempotencyKey === undefined ? null : sha256(request.idempotencyKey);
  // Housekeeping: if it fails, this enrolment is none the worse, and the next one sweeps again.
  await sweep(pool).catch(onSweepFailed);
  // Asked before hashing, so that a taken login costs nothing; asked again below, where the answer is binding.
  if ((await availability(pool, login, idempotencyDigest)) === 'taken') return refuse('login_taken');
  const prepared = await prepareEnrolment(keyring, hashing, publicUrl);

  return inTransaction(pool, async (tx) => {
    const accountId = await claimAccount(tx, login);
    const available = await availability(tx, login, idempotencyDigest);
    if (available === 'taken') return refuse('login_taken');
    await discardPendingSet(tx, accountId);
    const deadlines = await addPendingSet(tx, accountId, prepared, lifetimes, idempotencyDigest);
    await record(tx, available === 'restart' ? 'enrolment_restarted' : 'enrolment_started', accountId, origin);
    return { status: 201, body: describeEnrolment(login, 'pending', prepared, deadlines) };
  });
}
