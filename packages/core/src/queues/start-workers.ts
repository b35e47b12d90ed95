import type { Logger } from 'pino';
import type { Backend, JobWorker, Process } from './backend.ts';
import { jobNames, type JobName } from './catalogue.ts';
import type { JobHandlers, JobRun } from './job-handlers.ts';
import { settles } from './time-limit.ts';
import type { Workers } from './transport.ts';

interface StartOptions {
  readonly backend: Backend;
  readonly handlers: JobHandlers;
  readonly concurrency: number;
  readonly log: Logger;
}

/** One worker per queue. */
export async function startWorkers({ backend, handlers, concurrency, log }: StartOptions): Promise<Workers> {
  const connection = backend.openWorkers();
  let running = 0;

  function processOf(name: JobName): Process {
    const handle = handlers[name] as (data: unknown, run: JobRun) => Promise<void>;
    return async (job, _token, signal) => {
      running += 1;
      try {
        await handle(job.data, { jobId: job.id ?? '', signal: signal ?? new AbortController().signal });
      } finally {
        running -= 1;
      }
    };
  }

  const workers: JobWorker[] = [];
  try {
    for (const name of jobNames) {
      const worker = await connection.open(name, processOf(name), { concurrency });
      watch(worker, name, log);
      workers.push(worker);
    }
  } catch (error) {
    await settles(2_000, Promise.allSettled(workers.map((worker) => worker.close())));
    await connection.close();
    throw error;
  }

  return {
    async close(graceMs) {
      const closed = await settles(graceMs, Promise.all(workers.map((worker) => worker.close())));
      if (!closed) {
        log.warn({ running }, 'Workers are cut off from their queues');
        await settles(2_000, Promise.allSettled(workers.map((worker) => worker.disconnect())));
      }
      await connection.close();
    },
  };
}

function watch(worker: JobWorker, name: JobName, log: Logger): void {
  worker.on('error', (error) =>
    log.debug({ queue: name, reason: error.message }, 'A worker reports an error'),
  );
  worker.on('stalled', (jobId) => log.warn({ queue: name, jobId }, 'A job lost its worker and runs again'));
  // BullMQ goes on with a job whose lock is gone, while another worker may have taken it.
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) {
      if (worker.cancelJob(jobId, 'the lock of the job was lost'))
        log.warn({ queue: name, jobId }, 'A job lost its lock');
    }
  });
}
