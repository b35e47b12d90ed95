import type { JobData, JobName } from './catalogue.ts';

export interface JobRun {
  readonly jobId: string;
  /** Aborts when another worker may run the same job: the lock was lost. */
  readonly signal: AbortSignal;
}

/** One handler per job; delivered at least once, so each must be idempotent. */
export type JobHandlers = {
  readonly [N in JobName]: (data: JobData<N>, run: JobRun) => Promise<void>;
};
