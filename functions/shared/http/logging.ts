import { type FastifyInstance, LogController } from 'fastify';

/**
 * One JSON line per request on standard output, and one per thing that went wrong. Never a body, a header, a query
 * or the details of a database error: those can carry what people typed.
 */
export const loggerOptions = (name: string, level: string) => ({
  name,
  level,
  serializers: { err: describeError },
});

/** Fastify's own lines are off: they would carry addresses and the URL. */
export const quietLogController = () =>
  new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' });

/** Logs each answer with its route, never its URL. */
export function logAnswers(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url;
    // A flood that is turned away must not become a flood of lines; the metrics count it.
    if (route === '/metrics' || route?.startsWith('/_/') || reply.statusCode === 503) return;
    const ms = Math.round(reply.elapsedTime);
    request.log.info({ method: request.method, route: route ?? null, status: reply.statusCode, ms }, 'answered');
  });
}

function describeError(error: Error & { code?: unknown }) {
  return { type: error.name, code: error.code, message: error.message, stack: error.stack ?? '' };
}
