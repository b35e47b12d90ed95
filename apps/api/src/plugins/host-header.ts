import fastifyPlugin from 'fastify-plugin';
import { Problem } from '@latchkey/core/errors.ts';

/** Refuses a request that names no host (RFC 9112 §3.2), which Node would do without a document. */
export const hostHeaderPlugin = fastifyPlugin(
  (api, _options, done) => {
    api.addHook('onRequest', ({ headers, raw }, reply, next) => {
      if (headers.host !== undefined || raw.httpVersion === '1.0') {
        next();
        return;
      }
      // Whoever leaves it out may mean its next line for something else.
      reply.header('connection', 'close');
      next(new Problem('bad_request', { detail: 'An HTTP/1.1 request has a Host header.' }));
    });
    done();
  },
  { name: 'host-header' },
);
