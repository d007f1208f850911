import { originOf } from '../shared/audit.ts';
import { parseSubjectKey } from '../shared/crypto/subject-key.ts';
import { createPool, type Pool } from '../shared/db/pool.ts';
import { createApp, type FunctionApp, send } from '../shared/http/app.ts';
import { parse } from '../shared/http/parse.ts';
import { type Environment, readSecret, readSettings } from '../shared/settings.ts';
import { emptySpentLinks } from './queries.ts';
import { reportTheft } from './report-theft.ts';
import { revealPassword } from './reveal-password.ts';
import { reportTheftBody, revealPasswordBody } from './schema.ts';

/** Milliseconds between two sweeps of ciphertexts nobody may open any more. */
const SWEEP_EVERY = 15_000;

/** Builds `reveal-password`. It is given no keyring: a link's token alone opens its password. */
export async function build(env: Environment): Promise<FunctionApp> {
  const settings = readSettings(env, ['DATABASE_URL']);
  const subjectHash = await readSecret(env, 'subject-key', parseSubjectKey);
  const pool = createPool(settings.DATABASE_URL, 'reveal-password');
  const { app, metrics } = createApp('reveal-password', pool, env);
  app.post('/', async (request, reply) => {
    const { token, claimant } = parse(revealPasswordBody, request.body);
    const answer = await revealPassword(pool, { token, claimant, origin: originOf(request, subjectHash) });
    metrics.events.inc({ event: 'code' in answer ? 'link_spent' : 'password_revealed' });
    return send(request, reply, answer);
  });
  app.post('/report-theft', async (request, reply) => {
    const { token } = parse(reportTheftBody, request.body);
    const answer = await reportTheft(pool, { token, origin: originOf(request, subjectHash) });
    if (!('code' in answer)) metrics.events.inc({ event: 'theft_reported' });
    return send(request, reply, answer);
  });
  sweepWhileRunning({ app, metrics }, pool);
  return { app, metrics };
}

/** Sweeps at intervals. A sweep that fails is no harm: the next one, or the next process, does the same. */
function sweepWhileRunning({ app }: FunctionApp, pool: Pool): void {
  const timer = setInterval(() => emptySpentLinks(pool).catch(() => {}), SWEEP_EVERY).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
