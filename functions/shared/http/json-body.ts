import type { FastifyInstance } from 'fastify';
import { InvalidRequest } from './problems.ts';

/** Bytes a body may have. */
export const BODY_LIMIT = 8 * 1024;

/** A charset parameter that is not UTF-8. */
const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?utf-?8\b)/i;

const unsupported = () => Object.assign(new Error('charset is not UTF-8'), { statusCode: 415 });

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * Takes JSON in UTF-8 and nothing else. Node would silently replace bytes that are not UTF-8, so that two
 * different requests could mean the same login; here they are refused.
 */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (request, body, done) => {
    if (OTHER_CHARSET.test(request.headers['content-type'] ?? '')) return done(unsupported());
    try {
      done(null, JSON.parse(utf8.decode(body as Buffer)));
    } catch {
      done(new InvalidRequest([{ path: '', message: 'is not JSON in UTF-8' }]));
    }
  });
}
