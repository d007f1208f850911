import { originOf } from '../shared/audit.ts';
import { parseKeyring } from '../shared/crypto/keyring.ts';
import { parseSubjectKey } from '../shared/crypto/subject-key.ts';
import { createPool } from '../shared/db/pool.ts';
import { createApp, type FunctionApp, send } from '../shared/http/app.ts';
import { parse } from '../shared/http/parse.ts';
import { type Environment, readSecret, readSettings } from '../shared/settings.ts';
import { generate2fa } from './generate-2fa.ts';
import { generate2faBody } from './schema.ts';

/** Builds `generate-2fa`. */
export async function build(env: Environment): Promise<FunctionApp> {
  const settings = readSettings(env, ['DATABASE_URL', 'ISSUER']);
  const keyring = await readSecret(env, 'keyring', parseKeyring);
  const subjectHash = await readSecret(env, 'subject-key', parseSubjectKey);
  const pool = createPool(settings.DATABASE_URL, 'generate-2fa');
  const { app, metrics } = createApp('generate-2fa', pool, env);
  app.post('/', async (request, reply) => {
    const { ticket } = parse(generate2faBody, request.body);
    const origin = originOf(request, subjectHash);
    const answer = await generate2fa({ pool, keyring, issuer: settings.ISSUER }, { ticket, origin });
    metrics.events.inc({ event: 'code' in answer ? 'ticket_refused' : 'second_factor_issued' });
    return send(request, reply, answer);
  });
  return { app, metrics };
}
