import type { JobsOptions } from 'bullmq';
import type { Logger } from 'pino';
import type { Backend, JobQueue } from './backend.ts';
import { jobNames, type JobName } from './catalogue.ts';
import { settles, within } from './time-limit.ts';
import type { AddOptions, NewJob, QueueCounts, Queues } from './queues.ts';
import { backgroundPriority, jobOptions } from './worker-options.ts';

const limitMs = 5_000;
const countedStates = ['waiting', 'prioritized', 'active', 'delayed'] as const;

export function createQueues(backend: Backend, log: Logger): { queues: Queues; close(): Promise<void> } {
  const opened = new Map<JobName, { queue: JobQueue; ready: Promise<unknown> }>();

  // A BullMQ queue whose first connection failed stays broken for ever, so it is made anew.
  function open(name: JobName) {
    const queue = backend.openQueue(name);
    queue.on('error', (error) =>
      log.debug({ queue: name, reason: error.message }, 'A queue reports an error'),
    );
    const ready = queue.waitUntilReady().catch(async (error: unknown) => {
      opened.delete(name);
      await queue.close().catch(() => undefined);
      throw error;
    });
    ready.catch(() => undefined);
    const entry = { queue, ready };
    opened.set(name, entry);
    return entry;
  }

  async function use<T>(name: JobName, work: (queue: JobQueue) => Promise<T>): Promise<T> {
    backend.requireConnection();
    const { queue, ready } = opened.get(name) ?? open(name);
    return within(
      limitMs,
      `The queue "${name}"`,
      ready.then(() => work(queue)),
    );
  }

  const queues: Queues = {
    async add(name, data, options) {
      await use(name, (queue) => queue.add(name, data, toJobsOptions(options)));
    },
    async addAll(jobs) {
      const byName = Map.groupBy(jobs, ({ name }) => name);
      await allSettled([...byName].map(([name, some]) => use(name, (queue) => addSome(queue, some))));
    },
    async promote(jobs) {
      const byName = Map.groupBy(jobs, ({ name }) => name);
      await allSettled([...byName].map(([name, some]) => use(name, (queue) => promoteSome(queue, some))));
    },
    async has(name, jobId) {
      const state = await use(name, (queue) => queue.getJobState(jobId));
      return ['waiting', 'prioritized', 'active', 'delayed'].includes(state);
    },
    async counts() {
      const entries = await Promise.all(
        jobNames.map(async (name): Promise<[JobName, QueueCounts]> => {
          const counts = await use(name, (queue) => queue.getJobCounts(...countedStates));
          return [
            name,
            {
              waiting: (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0),
              active: counts['active'] ?? 0,
              delayed: counts['delayed'] ?? 0,
            },
          ];
        }),
      );
      return Object.fromEntries(entries) as Record<JobName, QueueCounts>;
    },
    isPaused: (name) => use(name, (queue) => queue.isPaused()),
    async setPaused(name, paused) {
      await use(name, (queue) => (paused ? queue.pause() : queue.resume()));
    },
    workers: (name) => use(name, (queue) => queue.getWorkersCount()),
  };

  return {
    queues,
    async close() {
      await settles(2_000, Promise.allSettled([...opened.values()].map(({ queue }) => queue.close())));
    },
  };
}

function toJobsOptions({ jobId, delaySeconds = 0, background = false }: AddOptions): JobsOptions {
  return {
    ...jobOptions,
    jobId,
    delay: Math.round(delaySeconds * 1000),
    ...(background ? { priority: backgroundPriority } : {}),
  };
}

/** On PostgreSQL a bulk makes tables of its own, which pays from a handful of jobs on. */
const fewJobs = 4;

async function addSome(queue: JobQueue, jobs: readonly NewJob[]): Promise<void> {
  const all = jobs.map(({ name, data, options }) => ({ name, data, opts: toJobsOptions(options) }));
  if (all.length > fewJobs) await queue.addBulk(all);
  else await allSettled(all.map(({ name, data, opts }) => queue.add(name, data, opts)));
}

async function promoteSome(queue: JobQueue, jobs: readonly NewJob[]): Promise<void> {
  const { delayed = 0 } = await queue.getJobCounts('delayed');
  if (delayed === 0) return;
  for (const { options } of jobs) {
    if ((await queue.getJobState(options.jobId)) !== 'delayed') continue;
    const job = await queue.getJob(options.jobId);
    // Its time may have come in between.
    await job?.promote().catch(() => undefined);
  }
}

/** Unlike `Promise.all` nothing is still going out when it throws. */
async function allSettled(works: Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) if (result.status === 'rejected') throw result.reason;
}
