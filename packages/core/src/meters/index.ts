export { countLease } from './count-lease.ts';
export { keyServiceMeters } from './key-service-meters.ts';
export { openMeters, type Meters } from './open-meters.ts';
export { overdueSeconds } from './overdue-seconds.ts';
export { queueJobs } from './queue-jobs.ts';
export { unsealedEntries } from './unsealed-entries.ts';
export type { StateSources } from './state-gauges.ts';
