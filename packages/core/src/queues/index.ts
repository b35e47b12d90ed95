export { jobNames, jobs, type JobData, type JobName } from './catalogue.ts';
export { jobNameOf, jobOfAuthorization } from './job-of-authorization.ts';
export type { JobHandlers, JobRun } from './job-handlers.ts';
export { openTransport } from './open-transport.ts';
export type { AddOptions, NewJob, Queues } from './queues.ts';
export type { Transport, Workers } from './transport.ts';
