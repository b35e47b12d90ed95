import fastifyPlugin from 'fastify-plugin';
import { newId } from '@latchkey/core/ids.ts';

/**
 * The id of a request is always ours: a caller's own could carry anything into logs and audit. A caller finds it in
 * the `Request-Id` header and in every problem document.
 */
export function newRequestId(): string {
  return newId('request');
}

export const requestIdPlugin = fastifyPlugin(
  (api, _options, done) => {
    api.addHook('onRequest', (request, reply, next) => {
      reply.header('request-id', request.id);
      next();
    });
    done();
  },
  { name: 'request-id' },
);
