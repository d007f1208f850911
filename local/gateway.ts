import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { build as buildAuthenticate } from '../functions/authenticate/app.ts';
import { build as buildGenerate2fa } from '../functions/generate-2fa/app.ts';
import { build as buildGeneratePassword } from '../functions/generate-password/app.ts';
import { build as buildRevealPassword } from '../functions/reveal-password/app.ts';
import { build as buildRotate } from '../functions/rotate/app.ts';
import { newId } from '../functions/shared/crypto/random.ts';
import { problemBody } from '../functions/shared/http/problems.ts';
import type { Build } from '../functions/shared/http/serve.ts';
import type { Environment } from '../functions/shared/settings.ts';

/** The functions by the name they are deployed under. */
export const FUNCTIONS: Readonly<Record<string, Build>> = {
  'generate-password': buildGeneratePassword,
  'reveal-password': buildRevealPassword,
  'generate-2fa': buildGenerate2fa,
  authenticate: buildAuthenticate,
  rotate: buildRotate,
};

/** What OpenFaaS's gateway does for the functions, in one process. */
export type Gateway = {
  /** Hands `/function/<name>/…` to that function, prefix removed. False when the path is not below `/function/`. */
  readonly route: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly close: () => Promise<void>;
};

/** Builds every function from the same environment and puts it behind its name. */
export async function createGateway(env: Environment): Promise<Gateway> {
  const apps = new Map<string, FastifyInstance>();
  for (const [name, build] of Object.entries(FUNCTIONS)) {
    const { app } = await build(env);
    await app.ready();
    apps.set(name, app);
  }
  return {
    route: (request, response) => {
      const path = /^\/function\/([^/?]*)(.*)$/.exec(request.url ?? '');
      if (path === null) return false;
      const [, name = '', rest = ''] = path;
      const app = apps.get(name);
      if (app === undefined) return answerUnknown(response);
      request.url = rest.startsWith('/') ? rest : `/${rest}`;
      app.routing(request, response);
      return true;
    },
    close: async () => {
      await Promise.all([...apps.values()].map((app) => app.close()));
    },
  };
}

/** No function of that name: as the functions themselves would put it. */
function answerUnknown(response: ServerResponse): true {
  const requestId = newId();
  const body = JSON.stringify(problemBody({ code: 'not_found' }, requestId));
  const headers = { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' };
  response.writeHead(404, { ...headers, 'x-request-id': requestId }).end(body);
  return true;
}
