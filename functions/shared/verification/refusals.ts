import { type AuditEvent, type Origin, record } from '../audit.ts';
import type { Pool } from '../db/pool.ts';

/** Refused logins recorded per second at most, and how many may come at once. The rest are summed up. */
const PER_SECOND = 10;
const BURST = 100;

/**
 * Records a refused login after its answer has gone out, so that neither the record nor its cost tells the client
 * anything. A flood must not fill the disk: beyond a bound, refusals are counted and the next event recorded says how many.
 * `now` is a monotonic clock in milliseconds.
 */
export type RecordRefusal = (event: AuditEvent, accountId: string | null, origin: Origin) => void;

export function createRefusalRecorder(
  pool: Pool,
  onLost: (error: unknown) => void,
  now: () => number = () => performance.now(),
): RecordRefusal {
  let tokens = BURST;
  let refilledAt = now();
  let unrecorded = 0;
  return (event, accountId, origin) => {
    const instant = now();
    tokens = Math.min(BURST, tokens + ((instant - refilledAt) / 1000) * PER_SECOND);
    refilledAt = instant;
    if (tokens < 1) {
      unrecorded += 1;
      return;
    }
    tokens -= 1;
    const detail = unrecorded > 0 ? { unrecorded } : {};
    unrecorded = 0;
    record(pool, event, accountId, origin, detail).catch(onLost);
  };
}
