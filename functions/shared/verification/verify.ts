import type { HashingQueue } from '../crypto/hashing-queue.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { isPassword, mayBePassword } from '../crypto/password-record.ts';
import { open, SealBroken } from '../crypto/sealing.ts';
import type { SubjectHash } from '../crypto/subject-key.ts';
import { matchingStep } from '../crypto/totp.ts';
import type { Pool } from '../db/pool.ts';
import { makeDecoy } from './decoy.ts';
import { admit, type CredentialSet, evictFailures, release, type Subjects } from './queries.ts';

/** Both factors as given, and the client that gave them. `login` is normalised. */
export type Attempt = {
  readonly login: string;
  readonly password: string;
  readonly code: string;
  readonly client: string;
};

/** A set that is somebody's: no decoy. */
export type OwnSet = CredentialSet & { readonly accountId: string };

/** A set whose password and code were both right; the code's step still has to be consumed. */
export type Proof = { readonly set: OwnSet; readonly step: number; readonly subjects: Subjects };

export type Verdict =
  | { readonly kind: 'proven'; readonly proof: Proof }
  | { readonly kind: 'refused'; readonly accountId: string | null }
  | { readonly kind: 'throttled'; readonly retryAfter: number };

export type Verifier = {
  /** Judges an attempt. Throws `Overloaded` when no processor will be free in time. */
  readonly verify: (attempt: Attempt) => Promise<Verdict>;
  /** Whether an arriving attempt should be turned away before anything is spent on it. */
  readonly isFull: () => boolean;
};

export type VerifierOptions = {
  readonly pool: Pool;
  readonly keyring: Keyring;
  readonly subjectHash: SubjectHash;
  readonly hashing: HashingQueue;
  /** Told of every sealed value that does not open (A17). */
  readonly onSealBroken: (set: CredentialSet, error: SealBroken) => Promise<void>;
};

/** Attempts between two looks at how many counters are stored. */
const EVICT_EVERY = 1_000;

/**
 * Judges password and code of one set together. The order keeps refusals cheap and alike: the password's fingerprint
 * and the code are checked always, in microseconds, with a decoy where there is no set; argon2 runs only when both
 * pass. So an unknown login, a wrong password, a wrong code and a used code cost the same and answer alike (A15), and a
 * flood of them takes no processor from a real login (A23). The argument is in docs/decisions/0003.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { pool, keyring, subjectHash, hashing } = options;
  const decoy = makeDecoy(keyring);
  let checking = 0;
  let attempts = 0;

  async function check(attempt: Attempt, subjects: Subjects) {
    checking += 1;
    try {
      const admission = await admit(pool, subjects, attempt.login, decoy);
      return {
        admission,
        candidate: admission.wait > 0 ? null : await firstCandidate(admission.sets, attempt, admission.now),
      };
    } finally {
      checking -= 1;
    }
  }

  /** The set whose fingerprint and code both match; null when there is none. */
  async function firstCandidate(sets: readonly CredentialSet[], attempt: Attempt, now: number) {
    const known = await Promise.all(
      [sets[0] ?? decoy, sets[1] ?? decoy].map((set) => matchFingerprint(set, attempt.password)),
    );
    const matches = known.filter((match) => match !== null);
    for (const { set, record } of matches.length > 0 ? matches : [{ set: decoy, record: null }]) {
      const step = await matchCode(set, attempt.code, now);
      if (step !== null && record !== null) return { set, record, step };
    }
    return null;
  }

  async function matchFingerprint(set: CredentialSet, password: string) {
    const record = await openOrTell(set, 'password');
    if (record === null || !mayBePassword(record, password) || set.accountId === null) return null;
    return { set: { ...set, accountId: set.accountId }, record };
  }

  async function matchCode(set: CredentialSet, code: string, now: number) {
    const secret = await openOrTell(set, 'totp');
    return secret === null ? null : matchingStep(secret, code, now, set.lastStep);
  }

  /** Fails closed: a set whose seal is broken matches nothing. */
  async function openOrTell(set: CredentialSet, purpose: 'password' | 'totp'): Promise<Buffer | null> {
    try {
      return open(keyring, { purpose, row: set.setId }, purpose === 'password' ? set.passwordSealed : set.totpSealed);
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      await options.onSealBroken(set, error);
      return null;
    }
  }

  async function verify(attempt: Attempt): Promise<Verdict> {
    const subjects = subjectsOf(subjectHash, attempt);
    attempts += 1;
    if (attempts % EVICT_EVERY === 0) void evictFailures(pool).catch(() => {});
    const { admission, candidate } = await check(attempt, subjects);
    if (admission.wait > 0) return { kind: 'throttled', retryAfter: admission.wait };
    if (candidate === null) return { kind: 'refused', accountId: admission.sets[0]?.accountId ?? null };
    const { set, record, step } = candidate;
    const right = await hashing
      .run(() => isPassword(record, attempt.password))
      .catch(async (error: unknown) => {
        await release(pool, subjects, 'not_judged');
        throw error;
      });
    return right ? { kind: 'proven', proof: { set, step, subjects } } : { kind: 'refused', accountId: set.accountId };
  }

  return { verify, isFull: () => hashing.isFull(checking) };
}

function subjectsOf(subjectHash: SubjectHash, { login, client }: Attempt): Subjects {
  return { pair: subjectHash('pair', login, client), account: subjectHash('account', login) };
}
