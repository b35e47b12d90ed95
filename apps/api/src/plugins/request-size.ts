import fastifyPlugin from 'fastify-plugin';
import { Problem } from '@latchkey/core/errors.ts';

/**
 * Refuses a body that says by its length that it is too large, before anybody is looked up. What says nothing of its length
 * is counted while it is read, after that.
 */
export const requestSizePlugin = fastifyPlugin(
  (api, _options, done) => {
    api.addHook('onRequest', (request, reply, next) => {
      const length = Number(request.headers['content-length'] ?? 0);
      if (!(length > request.routeOptions.bodyLimit)) {
        next();
        return;
      }
      // The rest of the body would be taken for the next request.
      reply.header('connection', 'close');
      next(new Problem('payload_too_large'));
    });
    done();
  },
  { name: 'request-size' },
);
