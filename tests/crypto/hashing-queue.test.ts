import { availableParallelism } from 'node:os';
import { setImmediate as settled } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createHashingQueue, Overloaded } from '../../functions/shared/crypto/hashing-queue.ts';

/** Hashes that last until they are told to end, and note how many of them run. */
function createHashes() {
  const started: PromiseWithResolvers<number>[] = [];
  return {
    started,
    hash: (): Promise<number> => {
      const hash = Promise.withResolvers<number>();
      started.push(hash);
      return hash.promise;
    },
  };
}

/** Two run, one stands ready in the thread pool, ten wait. */
const ADMITTED = 2 + 1;
const PLACES = 10;

/** A queue for two processors with `count` hashes in it. */
async function fill(count: number) {
  const queue = createHashingQueue(2);
  const hashes = createHashes();
  const results = Array.from({ length: count }, () => queue.run(hashes.hash));
  await settled();
  return { queue, ...hashes, results };
}

describe('the hashing queue (A22)', () => {
  it('hands the thread pool one hash per processor, and one to stand ready', async () => {
    const { started } = await fill(10);
    expect(started).toHaveLength(ADMITTED);
  });

  it('counts the processors of this machine unless told otherwise', async () => {
    const queue = createHashingQueue();
    const { started, hash } = createHashes();
    for (let i = 0; i < availableParallelism() + 3; i += 1) void queue.run(hash);
    await settled();
    expect(started).toHaveLength(availableParallelism() + 1);
  });

  it('lets five wait per processor and turns the next away at once', async () => {
    const { queue, started, hash } = await fill(ADMITTED + PLACES);
    await expect(queue.run(hash)).rejects.toBeInstanceOf(Overloaded);
    expect(started).toHaveLength(ADMITTED);
  });

  it('says when to come back', () => {
    expect(new Overloaded().retryAfter).toBe(1);
  });

  it('admits up to the last place even when all arrive in one tick', async () => {
    const queue = createHashingQueue(2);
    const { hash } = createHashes();
    let turnedAway = 0;
    for (let i = 0; i < 100; i += 1)
      queue.run(hash).catch((error) => {
        expect(error).toBeInstanceOf(Overloaded);
        turnedAway += 1;
      });
    await settled();
    expect(turnedAway).toBe(100 - ADMITTED - PLACES);
  });

  it('starts the next one, in order, when a hash ends, and has a place again', async () => {
    const { queue, started, hash, results } = await fill(ADMITTED + PLACES);
    started[0]?.resolve(41);
    await settled();
    expect(await results[0]).toBe(41);
    expect(started).toHaveLength(ADMITTED + 1);
    void queue.run(hash);
    await expect(queue.run(hash)).rejects.toBeInstanceOf(Overloaded);
    started[ADMITTED]?.resolve(42);
    expect(await results[ADMITTED]).toBe(42);
  });

  it('frees the place of a hash that failed, and passes its error on', async () => {
    const { started, results } = await fill(ADMITTED + 1);
    started[0]?.reject(new Error('no memory'));
    await expect(results[0]).rejects.toThrow('no memory');
    await settled();
    expect(started).toHaveLength(ADMITTED + 1);
  });
});

describe('isFull', () => {
  it('is false while no hash waits, however many logins are being checked', async () => {
    const { queue } = await fill(ADMITTED);
    expect([0, 9, 10, 1_000].map(queue.isFull)).toEqual([false, false, false, false]);
  });

  it('counts the logins being checked as waiting once any hash waits', async () => {
    const { queue } = await fill(ADMITTED + 1);
    expect([0, 8, 9, 10].map(queue.isFull)).toEqual([false, false, true, true]);
  });

  it('is true when every place is taken, and false again when one is free', async () => {
    const { queue, started } = await fill(ADMITTED + PLACES);
    expect(queue.isFull(0)).toBe(true);
    started[0]?.resolve(0);
    await settled();
    expect([0, 1].map(queue.isFull)).toEqual([false, true]);
  });
});
