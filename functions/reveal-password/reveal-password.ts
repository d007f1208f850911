import type { z } from 'zod';
import { type Origin, record } from '../shared/audit.ts';
import { openWithToken } from '../shared/crypto/reveal-link.ts';
import { sha256 } from '../shared/crypto/token.ts';
import { inTransaction, type Pool, type Queryable } from '../shared/db/pool.ts';
import { type Answer, refuse } from '../shared/http/problems.ts';
import { consumeLink, type Revealed, readAgain, whySpent } from './queries.ts';
import type { revealPasswordAnswer } from './schema.ts';

/** The stored ciphertext does not open with the link's own token: it was altered or moved (A17). */
class LinkSealBroken extends Error {
  readonly accountId: string;
  constructor(accountId: string) {
    super('a sealed link does not open');
    this.accountId = accountId;
  }
}

export type RevealPassword = { readonly token: string; readonly claimant: string | undefined; readonly origin: Origin };

/**
 * Shows the password once (R2). The token opens the ciphertext; this function holds no key of its own. A claimant
 * whose answer was lost may ask again for a minute; for everybody else the link is spent.
 */
export async function revealPassword(
  pool: Pool,
  request: RevealPassword,
): Promise<Answer<z.infer<typeof revealPasswordAnswer>>> {
  try {
    return await inTransaction(pool, (tx) => reveal(tx, request));
  } catch (error) {
    if (!(error instanceof LinkSealBroken)) throw error;
    // Rolled back: nothing was shown, so nothing counts as opened.
    await record(pool, 'seal_broken', error.accountId, request.origin);
    return refuse('link_spent', { reason: 'unknown' });
  }
}

async function reveal(tx: Queryable, { token, claimant, origin }: RevealPassword) {
  const tokenDigest = sha256(token);
  const claimantDigest = claimant === undefined ? null : sha256(claimant);
  const revealed =
    (await consumeLink(tx, tokenDigest, claimantDigest)) ??
    (claimantDigest === null ? undefined : await readAgain(tx, tokenDigest, claimantDigest));
  if (revealed === undefined) return refuse('link_spent', await whySpent(tx, tokenDigest));
  const password = openLink(token, revealed);
  await record(tx, revealed.again ? 'password_revealed_again' : 'password_revealed', revealed.accountId, origin);
  const body = { login: revealed.login, password, revealedAt: revealed.revealedAt.toISOString() };
  return { status: 200, body } as const;
}

function openLink(token: string, { linkId, sealed, accountId }: Revealed): string {
  try {
    return openWithToken(token, linkId, sealed);
  } catch {
    throw new LinkSealBroken(accountId);
  }
}
