import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** So long a connection that was opened before the end has to send its first request. */
const firstRequestMs = 1_000;

/**
 * Ends streams and long polls as soon as the server starts to close, so that closing does not wait for them; nor for
 * their connections, which the client would keep for the next request.
 */
export const lifecyclePlugin = fastifyPlugin(
  (api, _options, done) => {
    const closing = new AbortController();
    const sockets = new Set<Socket>();
    api.decorate('closing', closing.signal);
    api.server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    api.addHook('preClose', (next) => {
      closing.abort();
      // Browsers open connections ahead of need, and Node takes one without a request for busy.
      setTimeout(() => {
        for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
      }, firstRequestMs).unref();
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
