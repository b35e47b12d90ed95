import { createPostgresBackend, withBackend } from 'bullmq';
import type { Logger } from 'pino';
import { openPostgresEventBus } from '../events/postgres-event-bus.ts';
import type { Backend } from './backend.ts';
import { jobNames } from './catalogue.ts';
import { openJobPool } from './job-pool.ts';
import { migrateJobSchema } from './migrate-job-schema.ts';
import { queueOptions, workerOptions } from './worker-options.ts';

const { Queue, Worker } = withBackend(createPostgresBackend);

/** Queues in the schema `bullmq` of the same database, which it creates where it is missing. */
export async function openPostgresBackend({
  databaseUrl,
  log,
}: {
  databaseUrl: string;
  log: Logger;
}): Promise<Backend> {
  await migrateJobSchema(databaseUrl);
  const pool = openJobPool({ databaseUrl, log, size: 3 });
  const bus = openPostgresEventBus({ databaseUrl, log });
  return {
    kind: 'postgres',
    bus,
    openQueue: (name) => new Queue<unknown>(name, { connection: pool, ...queueOptions }),
    openWorkers() {
      // Each worker keeps one connection to LISTEN on.
      const workerPool = openJobPool({ databaseUrl, log, size: jobNames.length + 4 });
      return {
        async open(name, process, { concurrency }) {
          const worker = new Worker(name, process, {
            connection: workerPool,
            concurrency,
            ...workerOptions,
            // A new job is announced by NOTIFY; this is how long a lost announcement can go unnoticed.
            drainDelay: 15,
          });
          await worker.waitUntilReady();
          return worker;
        },
        close: () => workerPool.end(),
      };
    },
    requireConnection: () => undefined,
    ping: () => pool.query('select 1'),
    async close() {
      await bus.close();
      await pool.end();
    },
  };
}
