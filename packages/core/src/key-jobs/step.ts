import type { KeyJob } from './key-job-columns.ts';

/** What a worker does at one turn of a job. */
export interface Step {
  /** Where the job goes on. */
  readonly cursor: object;
  readonly done: number;
  readonly skipped: number;
  /** Rows that were read and tried: what the throttle counts. */
  readonly tried: number;
  readonly total?: number;
  readonly generation?: number;
  /** `waiting`: for other processes; the next turn is in a second. */
  readonly state: 'working' | 'waiting' | 'succeeded' | { readonly failed: string };
  /** Others should hear of it now. */
  readonly tell?: boolean;
}

/** A job whose turn it is. */
export interface RunningJob extends KeyJob {
  readonly cursor: Record<string, unknown>;
  readonly generation: number | null;
  readonly toldSecondsAgo: number;
}

/** A step in which nothing happened. */
export const nothing = { done: 0, skipped: 0, tried: 0 };
