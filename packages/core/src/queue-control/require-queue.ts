import type { AuthorizationKind } from '../authorizations/status.ts';
import { Problem } from '../errors.ts';
import { jobNameOf, jobNames, type JobName } from '../queues/index.ts';

/** Every job has a queue of its own name. */
export const queueNames = jobNames as [JobName, ...JobName[]];

/** @throws Problem `queue_not_found` */
export function requireQueue(name: string): JobName {
  const found = queueNames.find((each) => each === name);
  if (found === undefined)
    throw new Problem('queue_not_found', { detail: `The queues are ${queueNames.join(', ')}.` });
  return found;
}

/** What the jobs of a queue run. */
export function kindOf(name: JobName): AuthorizationKind {
  const entries = Object.entries(jobNameOf) as [AuthorizationKind, JobName][];
  const entry = entries.find(([, job]) => job === name);
  if (entry === undefined) throw new Error(`the queue "${name}" runs no authorizations`);
  return entry[0];
}
