import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { build as buildAuthenticate } from '../functions/authenticate/app.ts';
import { build as buildGenerate2fa } from '../functions/generate-2fa/app.ts';
import { build as buildGeneratePassword } from '../functions/generate-password/app.ts';
import { build as buildRevealPassword } from '../functions/reveal-password/app.ts';
import { build as buildRotate } from '../functions/rotate/app.ts';
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
  /** Hands `/function/<name>/…` to that function, prefix removed. False when the request is for no function. */
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
      const [, name = '', rest = ''] = /^\/function\/([^/?]+)(.*)$/.exec(request.url ?? '') ?? [];
      const app = apps.get(name);
      if (app === undefined) return false;
      request.url = rest.startsWith('/') ? rest : `/${rest}`;
      app.routing(request, response);
      return true;
    },
    close: async () => {
      await Promise.all([...apps.values()].map((app) => app.close()));
    },
  };
}
