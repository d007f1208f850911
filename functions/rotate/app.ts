import type { FastifyReply, FastifyRequest } from 'fastify';
import { originOf } from '../shared/audit.ts';
import { createPool } from '../shared/db/pool.ts';
import { createApp, type FunctionApp, send } from '../shared/http/app.ts';
import { clientKey } from '../shared/http/client.ts';
import { parse } from '../shared/http/parse.ts';
import { type Environment, readSettings } from '../shared/settings.ts';
import { setUpVerification } from '../shared/verification/set-up.ts';
import { rotateWithCredentials, rotateWithTicket } from './rotate.ts';
import { bodySchemaFor } from './schema.ts';

/** Builds `rotate`. */
export async function build(env: Environment): Promise<FunctionApp> {
  const settings = readSettings(env, ['DATABASE_URL', 'PUBLIC_URL', 'ENROLMENT_TTL', 'REVEAL_TTL']);
  const pool = createPool(settings.DATABASE_URL, 'rotate');
  const base = createApp('rotate', pool, env);
  const { verifier, keyring, hashing, subjectHash, recordRefusal, shedLoad } = await setUpVerification(env, pool, base);
  const deps = {
    pool,
    verifier,
    keyring,
    hashing,
    publicUrl: settings.PUBLIC_URL,
    lifetimes: { enrolmentTtl: settings.ENROLMENT_TTL, revealTtl: settings.REVEAL_TTL },
  };

  async function handle(request: FastifyRequest, reply: FastifyReply) {
    const body = parse(bodySchemaFor(request.body), request.body);
    const origin = originOf(request, subjectHash);
    const answer =
      'ticket' in body
        ? await rotateWithTicket(deps, body.ticket, origin)
        : await rotateWithCredentials(deps, { ...body, client: clientKey(request.ip) }, origin);
    void send(request, reply, answer);
    if ('code' in answer) recordRefusal(answer.code, answer.accountId ?? null, origin);
    else base.metrics.events.inc({ event: 'renewal_started' });
    return reply;
  }

  base.app.post('/', { onRequest: shedLoad }, handle);
  return base;
}
