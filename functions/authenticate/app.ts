import type { FastifyReply, FastifyRequest } from 'fastify';
import { originOf } from '../shared/audit.ts';
import { ACCESS_TOKEN_SECONDS, parseSigningKeys, type SigningKeys } from '../shared/crypto/access-token.ts';
import { createPool } from '../shared/db/pool.ts';
import { createApp, type FunctionApp, send } from '../shared/http/app.ts';
import { clientKey } from '../shared/http/client.ts';
import { parse } from '../shared/http/parse.ts';
import { type Environment, readSecret, readSettings } from '../shared/settings.ts';
import { setUpVerification } from '../shared/verification/set-up.ts';
import { authenticate, type LoggedIn } from './authenticate.ts';
import { authenticateBody } from './schema.ts';

/** Builds `authenticate`: the only function that holds the signing keys. */
export async function build(env: Environment): Promise<FunctionApp> {
  const settings = readSettings(env, ['DATABASE_URL', 'PUBLIC_URL', 'CREDENTIAL_LIFETIME', 'ROTATION_TICKET_TTL']);
  const signingKeys = await readSecret(env, 'signing-keys', parseSigningKeys);
  const pool = createPool(settings.DATABASE_URL, 'authenticate');
  const base = createApp('authenticate', pool, env);
  const { verifier, subjectHash, recordRefusal, shedLoad } = await setUpVerification(env, pool, base);
  const deps = {
    pool,
    verifier,
    credentialLifetime: settings.CREDENTIAL_LIFETIME,
    rotationTicketTtl: settings.ROTATION_TICKET_TTL,
  };

  async function handle(request: FastifyRequest, reply: FastifyReply) {
    const credentials = parse(authenticateBody, request.body);
    const origin = originOf(request, subjectHash);
    const outcome = await authenticate(deps, { ...credentials, client: clientKey(request.ip) }, origin);
    if (!('code' in outcome)) {
      base.metrics.events.inc({ event: outcome.activated ? 'credentials_confirmed' : 'login_succeeded' });
      return send(request, reply, {
        status: 200,
        body: await describeLogin(outcome, signingKeys, settings.PUBLIC_URL),
      });
    }
    void send(request, reply, outcome);
    recordRefusal(outcome.code, outcome.accountId ?? null, origin);
    return reply;
  }

  base.app.post('/', { onRequest: shedLoad }, handle);
  base.app.get('/.well-known/jwks.json', async () => signingKeys.jwks);
  return base;
}

/** The token lives 15 minutes at most and never longer than the credentials. */
async function describeLogin(loggedIn: LoggedIn, signingKeys: SigningKeys, issuer: string) {
  const { accountId, login, activated, credentialsExpireAt } = loggedIn;
  const authenticatedAt = Math.floor(loggedIn.authenticatedAt);
  const expiresAt = Math.min(authenticatedAt + ACCESS_TOKEN_SECONDS, Math.floor(credentialsExpireAt.getTime() / 1000));
  const accessToken = await signingKeys.sign({ issuer, accountId, login, authenticatedAt, expiresAt });
  return {
    status: 'authenticated',
    login,
    activated,
    credentialsExpireAt: credentialsExpireAt.toISOString(),
    accessToken,
    tokenType: 'Bearer',
    expiresIn: expiresAt - authenticatedAt,
  };
}
