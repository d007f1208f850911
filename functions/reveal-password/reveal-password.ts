import type { z } from 'zod';
import { type Origin, record } from '../shared/audit.ts';
import { openWithToken } from '../shared/crypto/reveal-link.ts';
import { sha256 } from '../shared/crypto/token.ts';
import { inTransaction, type Pool } from '../shared/db/pool.ts';
import { type Answer, refuse } from '../shared/http/problems.ts';
import { consumeLink, readAgain, whySpent } from './queries.ts';
import type { revealPasswordAnswer } from './schema.ts';

/**
 * Shows the password once (R2). The token opens the ciphertext; this function holds no key of its own. A claimant
 * whose answer was lost may ask again for a minute; for everybody else the link is spent.
 */
export async function revealPassword(
  pool: Pool,
  request: { token: string; claimant: string | undefined; origin: Origin },
): Promise<Answer<z.infer<typeof revealPasswordAnswer>>> {
  const { token, origin } = request;
  const tokenDigest = sha256(token);
  const claimantDigest = request.claimant === undefined ? null : sha256(request.claimant);

  return inTransaction(pool, async (tx) => {
    const revealed =
      (await consumeLink(tx, tokenDigest, claimantDigest)) ??
      (claimantDigest === null ? undefined : await readAgain(tx, tokenDigest, claimantDigest));
    if (revealed === undefined) return refuse('link_spent', await whySpent(tx, tokenDigest));
    const password = openWithToken(token, revealed.linkId, revealed.sealed);
    await record(tx, revealed.again ? 'password_revealed_again' : 'password_revealed', revealed.accountId, origin);
    return { status: 200, body: { login: revealed.login, password, revealedAt: revealed.revealedAt.toISOString() } };
  });
}
