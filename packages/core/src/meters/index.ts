export { countLease } from './count-lease.ts';
export { openMeters, type Meters } from './open-meters.ts';
export { overdueSeconds } from './overdue-seconds.ts';
export type { StateSources } from './state-gauges.ts';
