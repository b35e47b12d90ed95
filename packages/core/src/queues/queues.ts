import type { JobData, JobName } from './catalogue.ts';

export interface AddOptions {
  /** Unique per unit of work; may not contain `:`. */
  readonly jobId: string;
  readonly delaySeconds?: number;
}

export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
}

/** Every method rejects within 5 seconds when the transport is away. */
export interface Queues {
  /** Does nothing while a job of that id waits, runs or is delayed; a finished one is forgotten and may be added again. */
  add<N extends JobName>(name: N, data: JobData<N>, options: AddOptions): Promise<void>;
  /** Whether a job of that id waits, runs or is delayed. */
  has(name: JobName, jobId: string): Promise<boolean>;
  counts(): Promise<Record<JobName, QueueCounts>>;
}
