import fastifyPlugin from 'fastify-plugin';
import { openHealth, type Health } from '@latchkey/core/health.ts';

interface ReadinessState {
  /**
   * `degraded`: jobs and live events wait, but reads, leases of good tokens and new work are served. Taking such a
   * process out of a load balancer would turn an outage of Redis into one of everything.
   */
  readonly status: 'ready' | 'degraded' | 'not_ready' | 'stopping';
  readonly checks: Health;
}

interface Readiness {
  check(): Promise<ReadinessState>;
  /** The process is about to stop: from now on it is not ready, whatever works. */
  stop(): void;
}

declare module 'fastify' {
  interface FastifyInstance {
    readiness: Readiness;
  }
}

function statusOf({ database, transport }: Health): ReadinessState['status'] {
  if (database === 'failing') return 'not_ready';
  return transport === 'failing' ? 'degraded' : 'ready';
}

export const readinessPlugin = fastifyPlugin(
  (api, _options, done) => {
    const checkHealth = openHealth(api.runtime);
    let stopping = false;
    api.decorate('readiness', {
      check: async () => {
        const checks = await checkHealth();
        return { status: stopping ? 'stopping' : statusOf(checks), checks };
      },
      stop: () => {
        stopping = true;
      },
    });
    done();
  },
  { name: 'readiness', dependencies: ['runtime'] },
);
