import type { FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/** The one thing that pages of other origins may read. */
export const outcomePath = '/v1/connect-session/outcome';

/** Lets the page that asks read the answer when its origin is one of the connect session's. No cookie is involved. */
export function tellEmbedder({ headers, connectSession }: FastifyRequest, reply: FastifyReply): void {
  reply.header('vary', 'Origin');
  const { origin } = headers;
  if (origin !== undefined && connectSession?.allowedOrigins.includes(origin) === true)
    reply.header('access-control-allow-origin', origin);
}

/**
 * Browsers ask before they send the header with the token. At that moment nobody knows the session: the answer says what
 * may be sent, and the answer to the request itself who may read it.
 */
export const embeddersPlugin = fastifyPlugin(
  (api, _options, done) => {
    api.addHook('onRequest', async ({ method, url, headers }, reply) => {
      if (method !== 'OPTIONS' || url.split('?', 1)[0] !== outcomePath) return;
      await reply
        .code(204)
        .headers({
          vary: 'Origin',
          'access-control-allow-origin': headers.origin ?? 'null',
          'access-control-allow-methods': 'GET',
          'access-control-allow-headers': 'x-connect-session',
          'access-control-max-age': '600',
        })
        .send();
    });
    done();
  },
  { name: 'embedders' },
);
