import type { Job, JobsOptions } from 'bullmq';
import type { EventBus } from '../events/event-bus.ts';
import type { JobName } from './catalogue.ts';

/** What we use of BullMQ's Queue, whichever database is behind it. */
export interface JobQueue {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>;
  addBulk(jobs: { name: string; data: unknown; opts: JobsOptions }[]): Promise<unknown>;
  getJobState(jobId: string): Promise<string>;
  getJob(jobId: string): Promise<Pick<Job, 'promote'> | undefined>;
  getJobCounts(
    ...states: ('waiting' | 'prioritized' | 'active' | 'delayed')[]
  ): Promise<Record<string, number>>;
  pause(): Promise<unknown>;
  resume(): Promise<unknown>;
  isPaused(): Promise<boolean>;
  getWorkersCount(): Promise<number>;
  waitUntilReady(): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** What we use of BullMQ's Worker. */
export interface JobWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'lockRenewalFailed', listener: (jobIds: string[]) => void): unknown;
  on(event: 'stalled', listener: (jobId: string) => void): unknown;
  cancelJob(jobId: string, reason?: string): boolean;
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

/** Has three parameters, by which BullMQ knows that it wants the signal. */
export type Process = (
  job: { id?: string | undefined; data: unknown },
  token: string | undefined,
  signal: AbortSignal | undefined,
) => Promise<void>;

export interface WorkerBackend {
  open(name: JobName, process: Process, options: { concurrency: number }): Promise<JobWorker>;
  /** After the workers are closed or cut off. */
  close(): Promise<void>;
}

/** One database that can hold queues and pass on events. */
export interface Backend {
  readonly kind: 'redis' | 'postgres';
  readonly bus: EventBus;
  openQueue(name: JobName): JobQueue;
  /** A connection of its own: workers wait for ever, producers must not. */
  openWorkers(): WorkerBackend;
  /** Throws at once when the database is known to be away. */
  requireConnection(): void;
  ping(): Promise<unknown>;
  close(): Promise<void>;
}
