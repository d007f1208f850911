import type { FastifyInstance } from 'fastify';
import { Counter, Histogram, Registry } from 'prom-client';

/** What a function counts. Event names are those of the audit; alerts are built on them (K9). */
export type Metrics = { readonly registry: Registry; readonly events: Counter<'event'> };

/** Serves `GET /metrics` and measures every request by method, route and status. */
export function addMetrics(app: FastifyInstance, functionName: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ function: functionName });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5],
    registers: [registry],
  });
  const events = new Counter({
    name: 'credentials_events_total',
    help: 'Events by name: enrolments, reveals, logins, refusals and their like.',
    labelNames: ['event'],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    if (route.startsWith('/_/') || route === '/metrics') return;
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  app.get('/metrics', async (_request, reply) => {
    void reply.type(registry.contentType);
    return registry.metrics();
  });
  return { registry, events };
}
