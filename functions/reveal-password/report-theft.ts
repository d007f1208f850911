import type { z } from 'zod';
import { type Origin, record } from '../shared/audit.ts';
import { sha256 } from '../shared/crypto/token.ts';
import { inTransaction, type Pool } from '../shared/db/pool.ts';
import { deleteEmptyAccounts, discardPendingSet, lockAccount } from '../shared/enrolment/queries.ts';
import { type Answer, refuse } from '../shared/http/problems.ts';
import { enrolmentOfLink, whySpent } from './queries.ts';
import type { reportTheftAnswer } from './schema.ts';

/**
 * The holder of the link found it already opened by someone else: everything being enrolled is void at once. A
 * confirmed set stays as it was. Only the token of a live enrolment can do this, so it harms nobody else.
 */
export async function reportTheft(
  pool: Pool,
  request: { token: string; origin: Origin },
): Promise<Answer<z.infer<typeof reportTheftAnswer>>> {
  const tokenDigest = sha256(request.token);
  return inTransaction(pool, async (tx) => {
    const found = await enrolmentOfLink(tx, tokenDigest);
    const account = found && (await lockAccount(tx, found.accountId));
    // Looked up again under the lock: the enrolment may have been confirmed or restarted meanwhile.
    const live = account && (await enrolmentOfLink(tx, tokenDigest));
    if (!account || !live) return refuse('link_spent', await whySpent(tx, tokenDigest));
    await discardPendingSet(tx, live.accountId);
    await deleteEmptyAccounts(tx, [live.accountId]);
    await record(tx, 'theft_reported', live.accountId, request.origin);
    return { status: 200, body: { login: account.login, status: 'revoked' } };
  });
}
