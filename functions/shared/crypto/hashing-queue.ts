import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';

/** Thrown when more logins wait for a processor than can be served in time. The caller answers 503 at once. */
export class Overloaded extends Error {
  /** Seconds after which trying again makes sense. */
  readonly retryAfter = 1;
  constructor() {
    super('too many password hashes are waiting');
  }
}

/** Admits as many hashes at once as there are processors; a short queue waits behind it; beyond that, {@link Overloaded}. */
export type HashingQueue = {
  /** Runs a hash when a processor is free. Rejects with {@link Overloaded} when the queue is full. */
  readonly run: <T>(hash: () => Promise<T>) => Promise<T>;
  /** Whether an arriving login, on top of the `checking` ones that may still ask for a hash, would find no place. */
  readonly isFull: (checking: number) => boolean;
};

/**
 * Hashes handed to the thread pool beyond those that run. The pool has one thread per processor (`reserveThreads`), so no
 * more than that run at once; the one that stands ready starts the moment a thread is free, without the event loop.
 */
const STANDING_READY = 1;

/** Hashes that may wait per processor. At 27 ms a hash they wait about 0.15 s, whatever arrives. */
const WAITING_PER_PROCESSOR = 5;

/** More hashes than processors at once would only make each slower (and take 19 MiB each). */
export function createHashingQueue(processors = availableParallelism()): HashingQueue {
  const limit = pLimit(processors + STANDING_READY);
  const places = processors * WAITING_PER_PROCESSOR;
  return {
    run: (hash) => (limit.pendingCount < places ? limit(hash) : Promise.reject(new Overloaded())),
    // While nobody waits for a hash, everything may be checked. Once logins do wait, the checks under way
    // count as places: otherwise every freed place would let a whole crowd through to the database.
    isFull: (checking) => limit.pendingCount > 0 && limit.pendingCount + checking >= places,
  };
}
