import type { FastifyReply } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/**
 * Ends streams and long polls as soon as the server starts to close, so that closing does not wait for them; nor for
 * their connections, which the client would keep for the next request.
 */
export const lifecyclePlugin = fastifyPlugin(
  (api, _options, done) => {
    const closing = new AbortController();
    api.decorate('closing', closing.signal);
    api.addHook('preClose', (next) => {
      closing.abort();
      next();
    });
    api.addHook('onSend', (_request, reply, payload, next) => {
      if (closing.signal.aborted) reply.header('connection', 'close');
      next(null, payload);
    });
    // The head of a stream was sent long before. Node closes the idle connections of that moment only, once.
    api.addHook('onResponse', (_request, _reply, next) => {
      if (closing.signal.aborted) setImmediate(() => api.server.closeIdleConnections());
      next();
    });
    done();
  },
  { name: 'lifecycle' },
);

/** Aborted when the caller is gone or the server is closing. For handlers that wait. */
export function waitSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    gone.abort();
  });
  return AbortSignal.any([gone.signal, reply.server.closing]);
}
