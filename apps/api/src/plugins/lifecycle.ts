import type { FastifyReply } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** Ends streams and long polls as soon as the server starts to close, so that closing does not wait for them. */
export const lifecyclePlugin = fastifyPlugin(
  (api, _options, done) => {
    const closing = new AbortController();
    api.decorate('closing', closing.signal);
    api.addHook('preClose', (next) => {
      closing.abort();
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
