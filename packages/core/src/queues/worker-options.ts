/**
 * A dead worker's job runs again after 10 to 15 seconds. A job may lose its worker ten times before it is given
 * up and left to the reconciler: more often means that the job itself kills the process.
 */
export const workerOptions = {
  lockDuration: 10_000,
  stalledInterval: 5_000,
  maxStalledCount: 10,
  // After a failed connection; the default of 15 seconds would be felt after every restart of a database.
  runRetryDelay: 1_000,
} as const;

/** BullMQ takes jobs without a priority first, on both databases; any number does. */
export const backgroundPriority = 10;

/** Nothing reads BullMQ's own event log. */
export const queueOptions = { streams: { events: { maxLen: 100 } } } as const;

/**
 * PostgreSQL is the truth about what a job did, so a finished one leaves nothing behind and its id is free again.
 * Expected failures never reach BullMQ; the attempts here are for exceptions.
 */
export const jobOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: true,
  stackTraceLimit: 0,
} as const;
