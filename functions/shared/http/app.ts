import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { newId } from '../crypto/random.ts';
import type { Pool } from '../db/pool.ts';
import { type Environment, readSettings } from '../settings.ts';
import { addHealth } from './health.ts';
import { acceptJsonOnly, BODY_LIMIT } from './json-body.ts';
import { logAnswers, loggerOptions, quietLogController } from './logging.ts';
import { addMetrics, type Metrics } from './metrics.ts';
import { type Answer, malformed, PROBLEMS, problemBody, type Refusal, refusalFor, refuse } from './problems.ts';
import { answerUnreadable } from './unreadable.ts';

/** What every function is made of; its own routes come on top. */
export type FunctionApp = { readonly app: FastifyInstance; readonly metrics: Metrics };

/** Milliseconds in which a request must have arrived. Node looks every 30 s, and at headers for 60 s, unless told. */
export const REQUEST_TIMEOUT = 10_000;

const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** Builds a function's app: conventions of the contract, health, metrics. It does not listen; closing it closes the pool. */
export function createApp(name: string, pool: Pool, env: Environment): FunctionApp {
  const { TRUSTED_PROXIES, LOG_LEVEL } = readSettings(env, ['TRUSTED_PROXIES', 'LOG_LEVEL']);
  const app = Fastify({
    logger: loggerOptions(name, LOG_LEVEL),
    logController: quietLogController(),
    bodyLimit: BODY_LIMIT,
    // Only these may say who the client is; from anybody else X-Forwarded-For is ignored (A13).
    trustProxy: TRUSTED_PROXIES.length > 0 ? TRUSTED_PROXIES : false,
    requestIdHeader: false,
    genReqId: (request) => saneRequestId(request.headers['x-request-id']) ?? newId(),
    requestTimeout: REQUEST_TIMEOUT,
    http: { headersTimeout: REQUEST_TIMEOUT, connectionsCheckingInterval: 1_000 },
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 100 },
    frameworkErrors: (_error, request, reply) =>
      sendRefusal(request, addHeaders(request, reply), malformed('', 'the address cannot be read')),
    clientErrorHandler: answerUnreadable,
  });
  logAnswers(app);
  answerBeforeReading(app);
  acceptJsonOnly(app);
  answerErrors(app);
  addHealth(app, pool);
  const metrics = addMetrics(app, name);
  app.addHook('onClose', () => pool.end());
  return { app, metrics };
}

/** Sends what a handler decided. */
export function send(request: FastifyRequest, reply: FastifyReply, answer: Answer<unknown>): FastifyReply {
  return 'code' in answer ? sendRefusal(request, reply, answer) : reply.code(answer.status).send(answer.body);
}

function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.retryAfter !== undefined) void reply.header('retry-after', String(refusal.retryAfter));
  if (refusal.allow !== undefined) void reply.header('allow', refusal.allow);
  return reply
    .code(PROBLEMS[refusal.code].status)
    .type('application/problem+json')
    .send(problemBody(refusal, request.id));
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalFor(error);
    if (refusal.code === 'internal_error') request.log.error({ err: error }, 'internal error');
    if (refusal.code === 'unavailable') request.log.warn({ reason: (error as Error).message }, 'database away');
    return sendRefusal(request, reply, refusal);
  });
}

/** What every answer carries. */
function addHeaders(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('x-request-id', request.id);
}

/** Before a body is read: 405 with `Allow` for a known path, 404 for any other, 415 for a compressed body. */
function answerBeforeReading(app: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', (route) => {
    const known = methods.get(route.url) ?? new Set();
    for (const method of [route.method].flat()) known.add(method);
    methods.set(route.url, known);
  });
  app.addHook('onRequest', async (request, reply) => {
    addHeaders(request, reply);
    if (request.is404) return sendRefusal(request, reply, unknownRoute(request, methods));
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity')
      return sendRefusal(request, reply, refuse('unsupported_media_type'));
  });
  // Reached by nobody: the hook has answered. Without it Fastify would answer in its own words.
  app.setNotFoundHandler((request, reply) => sendRefusal(request, reply, unknownRoute(request, methods)));
}

function unknownRoute(request: FastifyRequest, methods: ReadonlyMap<string, ReadonlySet<string>>): Refusal {
  const path = (request.url.split('?')[0] ?? '').replace(/(?<=.)\/$/, '') || '/';
  const known = methods.get(path);
  return known ? { code: 'method_not_allowed', allow: [...known].join(', ') } : { code: 'not_found' };
}

function saneRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && SANE_REQUEST_ID.test(header) ? header : undefined;
}
