export { cancelKeyJob } from './cancel-key-job.ts';
export { getKeyJob } from './get-key-job.ts';
export type { KeyJob } from './key-job-columns.ts';
export { keyJobKinds, keyJobStatuses, type KeyJobKind, type KeyJobStatus } from './key-job.entity.ts';
export { listKeyJobs } from './list-key-jobs.ts';
export { resealLeftovers } from './reseal-leftovers.ts';
export { startKeyJob, type StartKeyJobInput } from './start-key-job.ts';
export { stepKeyJob, workKeyJobs } from './work-key-jobs.ts';
