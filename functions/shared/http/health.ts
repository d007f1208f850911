import type { FastifyInstance } from 'fastify';
import type { Pool } from '../db/pool.ts';
import { isMigrated } from '../db/schema-version.ts';
import { isDatabaseAway } from '../db/unavailable.ts';

/** `GET /_/health`: alive. `GET /_/ready`: configured (or we would not run), database reachable and migrated. */
export function addHealth(app: FastifyInstance, pool: Pool): void {
  app.get('/_/health', async () => ({ status: 'ok' }));
  app.get('/_/ready', async (_request, reply) => {
    const status = await readiness(pool);
    return reply.code(status === 'ready' ? 200 : 503).send({ status });
  });
}

async function readiness(pool: Pool): Promise<'ready' | 'database_unavailable' | 'not_migrated'> {
  try {
    return (await isMigrated(pool)) ? 'ready' : 'not_migrated';
  } catch (error) {
    return isDatabaseAway(error) ? 'database_unavailable' : 'not_migrated';
  }
}
