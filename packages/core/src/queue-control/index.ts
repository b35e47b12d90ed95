export { countJobs, type JobCounts } from './count-jobs.ts';
export { jobStates, type JobState } from './job-states.ts';
export { keepPauses } from './keep-pauses.ts';
export { listJobs, type QueueJob } from './list-jobs.ts';
export { listQueues, type QueueList, type QueueView } from './list-queues.ts';
export { pauseQueue } from './pause-queue.ts';
export { queueNames } from './require-queue.ts';
export { resumeQueue } from './resume-queue.ts';
export { retryFailed, type Retried } from './retry-failed.ts';
