import type { Queryable } from '../shared/db/pool.ts';
import type { SpentReason } from './schema.ts';

/** Seconds during which the claimant of a reveal may ask again (A21). */
const CLAIMANT_SECONDS = 60;

export type Revealed = {
  linkId: string;
  sealed: Buffer;
  login: string;
  accountId: string;
  revealedAt: Date;
  again: boolean;
};

/**
 * Consumes a link. One guarded statement: of any number of callers, exactly one finds the row unrevealed (A7).
 * The ciphertext leaves with it, unless a claimant may have to ask again.
 */
export async function consumeLink(
  tx: Queryable,
  tokenDigest: Buffer,
  claimantDigest: Buffer | null,
): Promise<Revealed | undefined> {
  const { rows } = await tx.query<Revealed>({
    name: 'consume-link',
    text: `
      update reveal_links l set
        revealed_at = clock(),
        claimant_digest = $2,
        password_sealed = case when $2::bytea is null then null else l.password_sealed end
      from credential_sets s join accounts a on a.id = s.account_id
      where l.token_digest = $1 and l.revealed_at is null and l.expires_at > clock() and l.password_sealed is not null
        and s.id = l.set_id and s.slot = 'pending' and a.disabled_at is null
      returning l.id as "linkId", old.password_sealed as sealed, a.login, a.id as "accountId",
        l.revealed_at as "revealedAt", false as again`,
    values: [tokenDigest, claimantDigest],
  });
  return rows[0];
}

/** What the claimant of a reveal gets when the first answer was lost. Nobody else matches the digest. */
export async function readAgain(
  tx: Queryable,
  tokenDigest: Buffer,
  claimantDigest: Buffer,
): Promise<Revealed | undefined> {
  const { rows } = await tx.query<Revealed>({
    name: 'read-link-again',
    text: `
      select l.id as "linkId", l.password_sealed as sealed, a.login, a.id as "accountId",
        l.revealed_at as "revealedAt", true as again
      from reveal_links l
      join credential_sets s on s.id = l.set_id and s.slot = 'pending'
      join accounts a on a.id = s.account_id and a.disabled_at is null
      where l.token_digest = $1 and l.claimant_digest = $2 and l.password_sealed is not null
        and l.revealed_at > clock() - interval '${CLAIMANT_SECONDS} seconds'`,
    values: [tokenDigest, claimantDigest],
  });
  return rows[0];
}

/** Why a link is spent. Superseded comes first: what the person holds is void, whoever opened it. */
export async function whySpent(
  db: Queryable,
  tokenDigest: Buffer,
): Promise<{ reason: SpentReason; revealedAt?: string }> {
  const { rows } = await db.query<{ reason: SpentReason; revealed_at: Date | null }>({
    name: 'why-spent',
    text: `
      select revealed_at, case
          when set_id is null and expires_at > clock() then 'superseded'
          when revealed_at is not null then 'opened'
          else 'expired'
        end as reason
      from reveal_links where token_digest = $1`,
    values: [tokenDigest],
  });
  const [row] = rows;
  if (row === undefined) return { reason: 'unknown' };
  if (row.reason !== 'opened' || row.revealed_at === null) return { reason: row.reason };
  return { reason: 'opened', revealedAt: row.revealed_at.toISOString() };
}

/** Deletes ciphertexts that nobody may open any more: expired unopened, or past the claimant's minute. */
export async function emptySpentLinks(db: Queryable): Promise<number> {
  const { rowCount } = await db.query({
    name: 'empty-spent-links',
    text: `
      update reveal_links set password_sealed = null, claimant_digest = null
      where password_sealed is not null
        and (expires_at <= clock() and revealed_at is null
             or revealed_at <= clock() - interval '${CLAIMANT_SECONDS} seconds')`,
  });
  return rowCount ?? 0;
}

/** The account whose live enrolment a link belongs to. */
export async function enrolmentOfLink(tx: Queryable, tokenDigest: Buffer): Promise<{ accountId: string } | undefined> {
  const { rows } = await tx.query<{ accountId: string }>({
    name: 'enrolment-of-link',
    text: `
      select s.account_id as "accountId"
      from reveal_links l join credential_sets s on s.id = l.set_id
      where l.token_digest = $1 and s.slot = 'pending' and s.confirm_before > clock()`,
    values: [tokenDigest],
  });
  return rows[0];
}
