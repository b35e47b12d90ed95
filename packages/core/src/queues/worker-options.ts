/**
 * Against a dead worker. BullMQ renews a lock at half its time, so the lock of a dead one is over 5 to 10 seconds after
 * its death, and one look in 5 seconds finds that: its jobs run again after 5 to 15. That is before its lease on a
 * credential ends (25 s), so the new run is there to wait for that end, and the reconciler (every 3 s) hands it on: the
 * token is presented again about 30 seconds after the death, in time for providers with a grace of a minute. A shorter
 * lock would take jobs from a live worker that is silent for some seconds; then the lease is what keeps it safe.
 * A job may lose its worker ten times before it is given up and left to the reconciler: more often means that the job
 * itself kills the process. On PostgreSQL the clocks of the workers decide, not the one of the database: one that is
 * ahead takes jobs too early, and here too only the lease is safe.
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
