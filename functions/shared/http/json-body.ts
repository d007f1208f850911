import type { FastifyInstance } from 'fastify';
import { InvalidRequest } from './problems.ts';

/** Bytes a body may have. */
export const BODY_LIMIT = 8 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * Takes JSON in UTF-8 and nothing else. Node would silently replace bytes that are not UTF-8, so that two
 * different requests could mean the same login; here they are refused.
 */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) => {
    try {
      done(null, JSON.parse(utf8.decode(body as Buffer)));
    } catch {
      done(new InvalidRequest([{ path: '', message: 'is not JSON in UTF-8' }]));
    }
  });
}
