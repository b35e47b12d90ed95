import { setTimeout as delay } from 'node:timers/promises';
import fastifyPlugin from 'fastify-plugin';

type Check = 'ok' | 'failing';

interface ReadinessState {
  /**
   * `degraded`: jobs and live events wait, but reads, leases of good tokens and new work are served. Taking such a
   * process out of a load balancer would turn an outage of Redis into one of everything.
   */
  readonly status: 'ready' | 'degraded' | 'not_ready' | 'stopping';
  readonly checks: { readonly database: Check; readonly transport: Check };
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

const checkMilliseconds = 2000;
const reuseMilliseconds = 500;

function statusOf({ database, transport }: ReadinessState['checks']): ReadinessState['status'] {
  if (database === 'failing') return 'not_ready';
  return transport === 'failing' ? 'degraded' : 'ready';
}

async function answers(probe: () => Promise<unknown>): Promise<Check> {
  const giveUp = new AbortController();
  try {
    const late = delay(checkMilliseconds, 'late', { ref: false, signal: giveUp.signal });
    return (await Promise.race([probe().then(() => 'in time'), late])) === 'late' ? 'failing' : 'ok';
  } catch {
    return 'failing';
  } finally {
    giveUp.abort();
  }
}

export const readinessPlugin = fastifyPlugin(
  (api, _options, done) => {
    const { orm, transport } = api.runtime;
    let stopping = false;
    // The endpoint needs no authentication: however often it is asked, the database is asked twice a second at most.
    let last: { at: number; checks: Promise<ReadinessState['checks']> } | null = null;
    const probe = async () => {
      const [database, bus] = await Promise.all([
        answers(() => orm.em.fork().execute('select 1')),
        answers(() => transport.ping()),
      ]);
      return { database, transport: bus };
    };
    api.decorate('readiness', {
      check: async () => {
        if (last === null || Date.now() - last.at > reuseMilliseconds)
          last = { at: Date.now(), checks: probe() };
        const checks = await last.checks;
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
