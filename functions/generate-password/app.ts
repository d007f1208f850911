import { originOf } from '../shared/audit.ts';
import { createHashingQueue } from '../shared/crypto/hashing-queue.ts';
import { parseKeyring } from '../shared/crypto/keyring.ts';
import { parseSubjectKey } from '../shared/crypto/subject-key.ts';
import { createPool } from '../shared/db/pool.ts';
import { createApp, type FunctionApp, send } from '../shared/http/app.ts';
import { parse } from '../shared/http/parse.ts';
import { type Environment, readSecret, readSettings } from '../shared/settings.ts';
import { generatePassword } from './generate-password.ts';
import { generatePasswordBody, generatePasswordHeaders } from './schema.ts';

/** Builds `generate-password`. */
export async function build(env: Environment): Promise<FunctionApp> {
  const settings = readSettings(env, ['DATABASE_URL', 'PUBLIC_URL', 'ENROLMENT_TTL', 'REVEAL_TTL']);
  const keyring = await readSecret(env, 'keyring', parseKeyring);
  const subjectHash = await readSecret(env, 'subject-key', parseSubjectKey);
  const pool = createPool(settings.DATABASE_URL, 'generate-password');
  const { app, metrics } = createApp('generate-password', pool, env);
  const deps = {
    pool,
    keyring,
    hashing: createHashingQueue(),
    publicUrl: settings.PUBLIC_URL,
    lifetimes: { enrolmentTtl: settings.ENROLMENT_TTL, revealTtl: settings.REVEAL_TTL },
    onSweepFailed: (error: unknown) => app.log.warn({ err: error }, 'sweep failed'),
  };
  app.post('/', async (request, reply) => {
    const { login } = parse(generatePasswordBody, request.body);
    const { 'idempotency-key': idempotencyKey } = parse(generatePasswordHeaders, request.headers);
    const answer = await generatePassword(deps, { login, idempotencyKey, origin: originOf(request, subjectHash) });
    if (!('code' in answer)) metrics.events.inc({ event: 'enrolment_started' });
    return send(request, reply, answer);
  });
  return { app, metrics };
}
