import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Overloaded } from '../crypto/hashing-queue.ts';
import { send } from '../http/app.ts';
import { refusalFor } from '../http/problems.ts';

/** Requests turned away at once in a second. Beyond, somebody is not waiting as told. */
const AT_ONCE = 100;
/** Milliseconds for which the others are held back. */
const HOLD = 300;

/**
 * Turns requests away before their body is read while logins wait for processors (A22). Clients that come back at once
 * instead of after Retry-After would spend the processors on being refused: once there are many, each refusal is held
 * for three tenths of a second, which costs nothing here and slows them to three tries a second. `now` is monotonic, in ms.
 */
export function createShedding(isFull: () => boolean, now: () => number = () => performance.now()) {
  let windowStart = now();
  let shed = 0;
  const refusal = refusalFor(new Overloaded());
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (!isFull()) return undefined;
    if (now() - windowStart >= 1000) {
      windowStart = now();
      shed = 0;
    }
    shed += 1;
    if (shed > AT_ONCE) await pause(HOLD);
    return send(request, reply, refusal);
  };
}
