import fastifyPlugin from 'fastify-plugin';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LimitClass, LimitScope } from '../rate-limits/limit-classes.ts';

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Pick<Registry, 'contentType' | 'metrics'> & {
      /** One request was refused by a limit. */
      rateLimited(limitClass: LimitClass, by: LimitScope): void;
    };
  }
}

/** What `/metrics` shows: the meters of the runtime, and HTTP by route pattern, never by path, so that ids make no series. */
export const metricsPlugin = fastifyPlugin(
  (api, _options, done) => {
    // A registry per server: several in one process, as in tests, do not meet in the global one.
    const registry = new Registry();
    const durations = new Histogram({
      name: 'latchkey_http_request_duration_seconds',
      help: 'Time to answer, by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
      registers: [registry],
    });
    const inFlight = new Gauge({
      name: 'latchkey_http_requests_in_flight',
      help: 'Requests that are not answered yet, streams and long polls included.',
      registers: [registry],
    });
    const limited = new Counter({
      name: 'latchkey_rate_limited_total',
      help: 'Requests that were refused by a rate limit: its class, and per what it holds.',
      labelNames: ['class', 'by'],
      registers: [registry],
    });
    api.decorate('metrics', {
      rateLimited: (limitClass, by) => limited.inc({ class: limitClass, by }),
      contentType: registry.contentType,
      metrics: () => Registry.merge([api.runtime.meters.registry, registry]).metrics(),
    });
    api.addHook('onRequest', (_request, reply, next) => {
      inFlight.inc();
      reply.raw.once('close', () => {
        inFlight.dec();
      });
      next();
    });
    api.addHook('onResponse', (request, reply, next) => {
      const route = request.routeOptions.url ?? '(unknown)';
      durations.observe(
        { method: request.method, route, status: String(reply.statusCode) },
        reply.elapsedTime / 1000,
      );
      next();
    });
    done();
  },
  { name: 'metrics', dependencies: ['runtime'] },
);
