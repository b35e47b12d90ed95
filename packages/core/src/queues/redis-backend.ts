import { Queue, Worker } from 'bullmq';
import type { Logger } from 'pino';
import { openRedisEventBus } from '../events/redis-event-bus.ts';
import type { Backend } from './backend.ts';
import { connectRedis, type RedisClient } from './connect-redis.ts';
import { watchOutage } from './outage.ts';
import { settles } from './time-limit.ts';
import { queueOptions, workerOptions } from './worker-options.ts';

interface RedisBackendOptions {
  readonly urls: readonly string[];
  readonly prefix: string;
  readonly log: Logger;
}

export function openRedisBackend({ urls, prefix, log }: RedisBackendOptions): Backend {
  const producer = connectRedis(urls, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 5_000,
  });
  const outage = watchOutage(log, 'Redis');
  producer.on('error', (error) => outage.began(error));
  producer.on('ready', () => outage.ended());
  const bus = openRedisEventBus({ urls, publisher: producer, log });

  return {
    kind: 'redis',
    bus,
    openQueue: (name) => new Queue(name, { connection: producer, prefix, ...queueOptions }),
    openWorkers() {
      const connection = connectRedis(urls, { maxRetriesPerRequest: null });
      connection.on('error', (error) => outage.began(error));
      return {
        async open(name, process, { concurrency }) {
          return new Worker(name, process, { connection, prefix, concurrency, ...workerOptions });
        },
        close: () => endConnection(connection),
      };
    },
    requireConnection() {
      if (producer.status !== 'ready') throw new Error('Redis is not connected');
    },
    ping: () => producer.ping(),
    async close() {
      await bus.close();
      await endConnection(producer);
    },
  };
}

/** `quit` waits for ever where no server answers. */
async function endConnection(client: RedisClient): Promise<void> {
  if (client.status === 'ready') await settles(2_000, client.quit());
  client.disconnect();
}
