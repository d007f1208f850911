import { inTransaction, type Pool } from '../shared/db/pool.ts';
import { deleteEmptyAccounts } from '../shared/enrolment/queries.ts';
import { deleteSpent, discardAbandonedSets, lockAbandoned } from './queries.ts';

/**
 * Frees the logins of abandoned enrolments and deletes spent tickets and links (A6). Each enrolment sweeps a few
 * before it starts, so that what is left over stays in proportion to what is made, without a clock of its own.
 */
export async function sweep(pool: Pool): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const abandoned = await lockAbandoned(tx);
    if (abandoned.length > 0) {
      await discardAbandonedSets(tx, abandoned);
      await deleteEmptyAccounts(tx, abandoned);
    }
    await deleteSpent(tx);
  });
}
