import type { JobData, JobName } from './catalogue.ts';

export interface AddOptions {
  /** Unique per unit of work; may not contain `:`. */
  readonly jobId: string;
  readonly delaySeconds?: number;
  /** Nobody waits for it: it runs once no other job of its queue waits. */
  readonly background?: boolean;
}

export interface NewJob<N extends JobName = JobName> {
  readonly name: N;
  readonly data: JobData<N>;
  readonly options: AddOptions;
}

export interface QueueCounts {
  /** With those in the background. */
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
}

/** Every method rejects within 5 seconds when the transport is away. */
export interface Queues {
  /** Does nothing while a job of that id waits, runs or is delayed; a finished one is forgotten and may be added again. */
  add<N extends JobName>(name: N, data: JobData<N>, options: AddOptions): Promise<void>;
  /** `add` for many at once, in their order: one round trip per queue. When it rejects, some may have been added. */
  addAll(jobs: readonly NewJob[]): Promise<void>;
  /**
   * Runs those that are delayed now; the others are left as they are. The time of a delayed job was computed by the clock
   * of the process that added it, which may be wrong.
   */
  promote(jobs: readonly NewJob[]): Promise<void>;
  /** Whether a job of that id waits, runs or is delayed. */
  has(name: JobName, jobId: string): Promise<boolean>;
  counts(): Promise<Record<JobName, QueueCounts>>;
  isPaused(name: JobName): Promise<boolean>;
  /** Lets no job of the queue begin, or lets them begin again. What runs goes on. Doing it twice changes nothing. */
  setPaused(name: JobName, paused: boolean): Promise<void>;
  /** Workers that are connected to the queue; in a Redis Cluster those that a single node knows. */
  workers(name: JobName): Promise<number>;
}
