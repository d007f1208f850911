import { type Queryable, touchedOne } from '../shared/db/pool.ts';
import type { OwnSet } from '../shared/verification/verify.ts';

export type RenewableAccount = { readonly accountId: string; readonly login: string; readonly disabled: boolean };

/** The account of a rotation ticket that is still good. */
export async function accountOfTicket(db: Queryable, ticketDigest: Buffer): Promise<RenewableAccount | undefined> {
  const { rows } = await db.query<RenewableAccount>({
    name: 'account-of-ticket',
    text: `
      select a.id as "accountId", a.login, a.disabled_at is not null as disabled
      from tickets t join accounts a on a.id = t.account_id
      where t.digest = $1 and t.purpose = 'rotation' and t.expires_at > clock()`,
    values: [ticketDigest],
  });
  return rows[0];
}

/** Uses up a rotation ticket. Guarded: of two renewals with one ticket, one finds it gone (A3). */
export async function consumeTicket(tx: Queryable, ticketDigest: Buffer): Promise<boolean> {
  return touchedOne(
    await tx.query({
      name: 'consume-rotation-ticket',
      text: `delete from tickets where digest = $1 and purpose = 'rotation' and expires_at > clock()`,
      values: [ticketDigest],
    }),
  );
}

/** Uses up a code of a current set (A9). Guarded: of any number of requests with one code, one finds the step unused. */
export async function consumeStep(tx: Queryable, set: OwnSet, step: number): Promise<boolean> {
  return touchedOne(
    await tx.query({
      name: 'consume-step',
      text: `
        update credential_sets set last_step = $3
        where id = $1 and slot = 'current' and totp_id = $2 and last_step < $3`,
      values: [set.setId, set.totpId, step],
    }),
  );
}
