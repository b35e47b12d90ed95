import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { inWorkspace, type Context } from '@latchkey/core/context.ts';

/** Makes `request.ctx`, the one argument that every use case takes, for requests whose caller is known. */
export const contextPlugin = fastifyPlugin(
  (api, _options, done) => {
    api.decorateRequest('ctx');
    api.addHook('onRequest', (request, _reply, next) => {
      if (request.identity !== null) {
        request.ctx = api.runtime.contextFor({
          ...request.identity,
          requestId: request.id,
          clientAddress: request.ip,
        });
      }
      next();
    });
    done();
  },
  { name: 'context', dependencies: ['authentication'] },
);

/** The context of a request that names nobody: the use case finds the workspace by itself. */
export function publicContext(request: FastifyRequest): Context {
  return request.server.runtime.publicContext({ requestId: request.id, clientAddress: request.ip });
}

/** For what belongs to the instance, like people's sessions: its audit is the default workspace's, whichever was chosen. */
export function ofInstance({ ctx, server }: FastifyRequest): Context {
  return inWorkspace(ctx, server.runtime.defaultWorkspaceId);
}
