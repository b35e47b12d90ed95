import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';

/**
 * What the log calls a request: never its query, and for addresses that carry a ticket or an answer of a provider
 * only their pattern.
 */
export function loggedPath(request: Pick<FastifyRequest, 'url' | 'routeOptions'>): string {
  const path = (request.url.split('?', 1)[0] ?? '').slice(0, 200);
  if (path.startsWith('/v1/')) return path;
  return request.routeOptions.url ?? '(unknown)';
}

const healthChecks = new Set(['/livez', '/readyz']);

/** One line per request, without bodies, queries or headers. What a rate limit refused is told in sums (`refusal-log.ts`). */
export const requestLogPlugin = fastifyPlugin(
  (api, _options, done) => {
    api.addHook('onResponse', (request, reply, next) => {
      const quiet = healthChecks.has(request.routeOptions.url ?? '') || reply.statusCode === 429;
      const level = quiet ? 'debug' : 'info';
      request.log[level](
        {
          method: request.method,
          path: loggedPath(request),
          status: reply.statusCode,
          durationMs: Math.round(reply.elapsedTime),
          actor: request.identity?.actor.id,
          clientAddress: request.ip,
        },
        'request',
      );
      next();
    });
    done();
  },
  { name: 'request-log' },
);
