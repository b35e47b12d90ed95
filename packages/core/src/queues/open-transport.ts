import type { Logger } from 'pino';
import type { Backend } from './backend.ts';
import { keyPrefix } from './connect-redis.ts';
import { createQueues } from './create-queues.ts';
import { openPostgresBackend } from './postgres-backend.ts';
import { openRedisBackend } from './redis-backend.ts';
import { startWorkers } from './start-workers.ts';
import { within } from './time-limit.ts';
import type { Transport } from './transport.ts';

interface TransportOptions {
  /** Several URLs, comma-separated, are a cluster; null is PostgreSQL. */
  readonly redisUrl: string | null;
  readonly databaseUrl: string;
  readonly log: Logger;
  /** For tests that share one Redis. */
  readonly prefix?: string;
}

/**
 * Chooses the transport, the only place that knows which. Redis may be away: everything recovers once it is there.
 * PostgreSQL must be there when it carries the jobs, since its tables are made here.
 */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { log } = options;
  const backend = await openBackend(options);
  const opened = createQueues(backend, log);
  return {
    kind: backend.kind,
    bus: backend.bus,
    queues: opened.queues,
    startWorkers: (handlers, { concurrency }) => startWorkers({ backend, handlers, concurrency, log }),
    async ping() {
      backend.requireConnection();
      await within(5_000, 'The ping', backend.ping());
      if (!backend.bus.connected()) throw new Error('The event bus is not connected');
    },
    async close() {
      await opened.close();
      await backend.close();
    },
  };
}

function openBackend({ redisUrl, databaseUrl, log, prefix }: TransportOptions): Promise<Backend> | Backend {
  if (redisUrl === null) return openPostgresBackend({ databaseUrl, log });
  const urls = redisUrl.split(',').map((url) => url.trim());
  return openRedisBackend({ urls, prefix: prefix ?? keyPrefix, log });
}
