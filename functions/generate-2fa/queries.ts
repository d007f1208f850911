import type { Queryable } from '../shared/db/pool.ts';

/** The pending set an enrolment ticket belongs to. Undefined for a ticket that is unknown, spent or expired (A2). */
export async function enrolmentOfTicket(
  db: Queryable,
  ticketDigest: Buffer,
): Promise<{ setId: string; accountId: string; login: string } | undefined> {
  const { rows } = await db.query<{ setId: string; accountId: string; login: string }>({
    name: 'enrolment-of-ticket',
    text: `
      select s.id as "setId", a.id as "accountId", a.login
      from tickets t
      join credential_sets s on s.id = t.set_id and s.slot = 'pending' and s.confirm_before > clock()
      join accounts a on a.id = s.account_id and a.disabled_at is null
      where t.digest = $1 and t.purpose = 'enrolment' and t.expires_at > clock()`,
    values: [ticketDigest],
  });
  return rows[0];
}

/**
 * Puts a second factor into a set that is still pending, in place of any earlier one. Answers the deadline, or
 * undefined when the set was confirmed, replaced or ran out meanwhile.
 */
export async function issueSecondFactor(
  tx: Queryable,
  factor: { setId: string; totpId: string; sealed: Buffer },
): Promise<Date | undefined> {
  const { rows } = await tx.query<{ confirm_before: Date }>({
    name: 'issue-second-factor',
    text: `
      update credential_sets set totp_id = $2, totp_sealed = $3
      where id = $1 and slot = 'pending' and confirm_before > clock()
      returning confirm_before`,
    values: [factor.setId, factor.totpId, factor.sealed],
  });
  return rows[0]?.confirm_before;
}
