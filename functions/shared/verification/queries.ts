import type { Queryable } from '../db/pool.ts';

/** Failures are counted by these two keyed hashes: of login and client, and of the login alone. */
export type Subjects = { readonly pair: Buffer; readonly account: Buffer };

/** A credential set as a login sees it. */
export type CredentialSet = {
  readonly setId: string;
  /** Null for the decoy, which is nobody's. */
  readonly accountId: string | null;
  readonly slot: 'pending' | 'current';
  readonly passwordSealed: Buffer;
  readonly totpId: string;
  readonly totpSealed: Buffer;
  readonly lastStep: number | null;
};

/** What an attempt finds: seconds to wait, or the sets that may be tried, and the database's time in seconds since 1970. */
export type Admission = { readonly wait: number; readonly now: number; readonly sets: readonly CredentialSet[] };

/** Failures without a wait: of one client on one login, and of all clients together on one login. */
const PAIR_ALLOWANCE = 5;
const ACCOUNT_ALLOWANCE = 100;

/**
 * Counts an attempt as failed until it proves otherwise, and reads what it is judged by, in one round trip. For a
 * login nobody has, the database looks just as long and sends just as much: the decoy comes back.
 */
export async function admit(
  db: Queryable,
  subjects: Subjects,
  login: string,
  decoy: CredentialSet,
): Promise<Admission> {
  const { rows } = await db.query<Pick<Admission, 'wait' | 'now'> & CredentialSet>({
    name: 'admit',
    text: `
      select
        coalesce(ceil(extract(epoch from r.wait_end - clock())), 0)::float8 as wait,
        extract(epoch from clock())::float8 as now,
        coalesce(s.id, $4) as "setId", s.account_id as "accountId", coalesce(s.slot, 'current') as slot,
        coalesce(s.password_sealed, $5) as "passwordSealed", coalesce(s.totp_id, $4) as "totpId",
        coalesce(s.totp_sealed, $6) as "totpSealed", coalesce(s.last_step, 0)::float8 as "lastStep"
      from reserve_attempt($1, $2, ${PAIR_ALLOWANCE}, ${ACCOUNT_ALLOWANCE}) as r (wait_end)
      left join accounts a on a.login = $3 and r.wait_end is null
      left join credential_sets s on s.account_id = coalesce(a.id, $4) and s.totp_sealed is not null
        and (s.slot = 'current' or s.confirm_before > clock())`,
    values: [subjects.pair, subjects.account, login, decoy.setId, decoy.passwordSealed, decoy.totpSealed],
  });
  const [first] = rows;
  if (first === undefined) throw new Error('an attempt was neither admitted nor held');
  return { wait: first.wait, now: first.now, sets: rows };
}

/** Takes an attempt's count back: it succeeded, or it was never judged. */
export async function release(db: Queryable, subjects: Subjects, outcome: 'succeeded' | 'not_judged'): Promise<void> {
  await db.query({
    name: 'release',
    text: 'select release_attempt($1, $2, $3)',
    values: [subjects.pair, subjects.account, outcome === 'succeeded'],
  });
}

/** Rows of counters kept at most. About 25 MB. */
const MAX_COUNTERS = 200_000;

/**
 * Bounds what a flood of invented logins can make us store. Counters beyond the bound go, the lightest and oldest
 * first: to make a counter of n failures forgotten, somebody would have to cause n failures on each of 200,000 others.
 */
export async function evictFailures(db: Queryable, keep = MAX_COUNTERS): Promise<void> {
  await db.query({
    name: 'evict-failures',
    text: `
      delete from login_failures where subject in (
        select subject from login_failures order by failures, failed_at
        limit greatest((select count(*) from login_failures) - $1, 0))`,
    values: [keep],
  });
}
