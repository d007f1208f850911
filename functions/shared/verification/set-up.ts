import type { AuditEvent, Origin } from '../audit.ts';
import { createHashingQueue, type HashingQueue } from '../crypto/hashing-queue.ts';
import { type Keyring, parseKeyring } from '../crypto/keyring.ts';
import { parseSubjectKey, type SubjectHash } from '../crypto/subject-key.ts';
import type { Pool } from '../db/pool.ts';
import type { FunctionApp } from '../http/app.ts';
import type { ProblemCode } from '../http/problems.ts';
import { type Environment, readSecret } from '../settings.ts';
import { createRefusalRecorder } from './refusals.ts';
import { createShedding } from './shedding.ts';
import { createVerifier, type Verifier } from './verify.ts';

/** What a function that verifies credentials works with. */
export type Verification = {
  readonly verifier: Verifier;
  readonly keyring: Keyring;
  readonly hashing: HashingQueue;
  readonly subjectHash: SubjectHash;
  /** Counts and records a refused login, whatever it was refused for. */
  readonly recordRefusal: (code: ProblemCode, accountId: string | null, origin: Origin) => void;
  /** Turns requests away before their body is read while logins wait for processors (A22). */
  readonly shedLoad: ReturnType<typeof createShedding>;
};

/** Refusals that are recorded here; the others record themselves in the transaction that decided them. */
const RECORDED: Partial<Record<ProblemCode, AuditEvent>> = {
  invalid_credentials: 'login_refused',
  too_many_attempts: 'login_throttled',
};

/** Reads the secrets that verification needs and puts its parts together. */
export async function setUpVerification(
  env: Environment,
  pool: Pool,
  { app, metrics }: FunctionApp,
): Promise<Verification> {
  const keyring = await readSecret(env, 'keyring', parseKeyring);
  const subjectHash = await readSecret(env, 'subject-key', parseSubjectKey);
  const hashing = createHashingQueue();
  const recordLater = createRefusalRecorder(pool, (error) => app.log.warn({ err: error }, 'refusal not recorded'));
  const verifier = createVerifier({
    pool,
    keyring,
    subjectHash,
    hashing,
    onSealBroken: async (set, { kid, reason }) => {
      metrics.events.inc({ event: 'seal_broken' });
      app.log.error({ setId: set.setId, kid, reason }, 'a sealed value does not open');
      recordLater('seal_broken', set.accountId, { requestId: '-', client: Buffer.alloc(0) });
    },
  });
  return {
    verifier,
    keyring,
    hashing,
    subjectHash,
    recordRefusal: (code, accountId, origin) => {
      const event = RECORDED[code];
      metrics.events.inc({ event: event ?? code });
      if (event !== undefined) recordLater(event, accountId, origin);
    },
    shedLoad: createShedding(verifier.isFull),
  };
}
