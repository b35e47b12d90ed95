import type { Server } from 'node:http';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { submitConsent } from './consent/submit.ts';
import type { SandboxControl } from './control/control.ts';
import { controlRoutes } from './control/routes.ts';
import type { Endpoint } from './endpoint.ts';
import { readRequest } from './http/read-request.ts';
import { runExchange } from './http/run-exchange.ts';
import { pipelineEditorRoutes } from './pipeline-editor/routes.ts';
import { standardErrors } from './providers/oauth-errors.ts';
import { standIns } from './providers/catalogue.ts';
import type { World } from './world.ts';

/** Builds the routes onto a server that listens already: the issuer's URL must be known beforehand. */
export async function buildApp(
  server: Server,
  world: World,
  control: SandboxControl,
  oidcEndpoints: readonly Endpoint[],
): Promise<FastifyInstance> {
  const app = Fastify({
    forceCloseConnections: true,
    // A HEAD must not hand out codes.
    exposeHeadRoutes: false,
    serverFactory: (handler) => server.on('request', handler),
  });
  await app.register(async (scope) => controlRoutes(scope, control), { prefix: '/control' });
  await app.register(async (scope) => {
    // Bodies stay raw: their format is part of what a stand-in checks.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const endpoint of [...standIns.flatMap((standIn) => standIn.endpoints), ...oidcEndpoints]) {
      mount(scope, world, endpoint);
    }
    mountConsent(scope, world);
  });
  await app.register(async (scope) => pipelineEditorRoutes(scope, world), { prefix: '/pipeline-editor' });
  app.get('/', async () => ({
    name: 'Latchkey sandbox providers',
    overrides: `${world.url}/control/overrides`,
    pipelineEditor: `${world.url}/pipeline-editor/`,
  }));
  await app.ready();
  return app;
}

function mount(app: FastifyInstance, world: World, endpoint: Endpoint): void {
  app.route({
    method: endpoint.method === 'ALL' ? ['GET', 'POST', 'DELETE', 'PUT', 'OPTIONS'] : endpoint.method,
    url: endpoint.route,
    handler: async (request, reply) => {
      reply.hijack();
      await runExchange(world, endpoint, readRequest(request), reply.raw);
    },
  });
}

function mountConsent(app: FastifyInstance, world: World): void {
  app.post<{ Params: { ticket: string } }>('/consent/:ticket', async (request, reply) => {
    reply.hijack();
    // Logged as the provider whose page it is; a ticket that is gone counts as the sandbox's own.
    const pending = world.consents.find(request.params.ticket);
    const endpoint: Endpoint = {
      provider: pending?.provider ?? 'sandbox',
      method: 'POST',
      route: '/consent/:ticket',
      kind: 'authorize',
      errors: standardErrors,
      handle: submitConsent,
    };
    await runExchange(world, endpoint, readRequest(request), reply.raw);
  });
}
