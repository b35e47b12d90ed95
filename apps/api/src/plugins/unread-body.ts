import fastifyPlugin from 'fastify-plugin';
import { Problem } from '@latchkey/core/errors.ts';

/**
 * Refuses a request that is answered without its body and announces one in chunks: Node finds out after the handler has
 * begun that they cannot be read, and then says 400 to what has its effect nevertheless.
 */
export const unreadBodyPlugin = fastifyPlugin(
  (api, _options, done) => {
    api.addHook('onRequest', ({ method, headers }, reply, next) => {
      if (headers['transfer-encoding'] === undefined || !['GET', 'HEAD'].includes(method)) {
        next();
        return;
      }
      // The rest of the body would be taken for the next request.
      reply.header('connection', 'close');
      next(new Problem('bad_request', { detail: `A ${method} request has no body.` }));
    });
    done();
  },
  { name: 'unread-body' },
);
