import {
  jobStates,
  queueNames,
  type QueueJob,
  type QueueView,
  type Retried,
} from '@latchkey/core/queue-control';
import { z } from 'zod';
import { errorBody, errorSchema } from '../authorizations/schemas.ts';
import { identifier, listOf, pageQuery, time, toTime, toTimeOrNull } from '../schemas.ts';

export const byName = z.object({ name: identifier.describe(`One of ${queueNames.join(', ')}.`) });

export const queueSchema = z
  .object({
    name: z.enum(queueNames),
    waiting: z.int().describe('Should run by now and have not begun.'),
    background: z.int().describe('Of those waiting: made by a schedule, after which nobody waits.'),
    active: z.int(),
    delayed: z.int().describe('Run later, or again.'),
    failed: z
      .int()
      .describe('Ended in failure within 24 hours and not tried since; counted up to 10000 in all queues.'),
    retryable: z.int().describe('Of those failed: may be queued again.'),
    oldestWaitingSeconds: z.number().nullable().describe('Null: nothing waits.'),
    workers: z.int().nullable().describe('Connected to it; null: the transport does not tell at the moment.'),
    paused: z.boolean(),
    pausedAt: time.nullable(),
    pausedBy: z.string().nullable(),
  })
  .meta({ id: 'Queue', description: 'The jobs of one kind, of all workspaces.' });

export function queueBody(queue: QueueView): z.output<typeof queueSchema> {
  const { pausedAt, ...rest } = queue;
  return { ...rest, pausedAt: toTimeOrNull(pausedAt) };
}

export const queueList = z.object({
  items: z.array(queueSchema),
  workersAlive: z.int().describe('Worker processes that have reported within 30 seconds.'),
  transport: z.enum(['redis', 'postgres']),
});

const jobSchema = z
  .object({
    id: z.string().describe('Of the job, as logs have it.'),
    state: z.enum(jobStates),
    authorizationId: z.string(),
    workspaceId: z.string(),
    provider: z.string(),
    credentialId: z.string().nullable(),
    reason: z.string().describe('Why it was made: user, lease, schedule, report, grant.'),
    attempts: z.int(),
    error: errorSchema.nullable().describe('Of the last attempt.'),
    canRetry: z.boolean().describe('It failed, and may be queued again.'),
    createdAt: time,
    startedAt: time.nullable(),
    runsAt: time.nullable().describe('When it is to run; null once it does.'),
    finishedAt: time.nullable(),
  })
  .meta({ id: 'QueueJob' });

export const jobList = listOf(jobSchema);

export const jobQuery = pageQuery.extend({ state: z.enum(jobStates).default('waiting') });

export function jobBody(job: QueueJob, state: (typeof jobStates)[number]): z.output<typeof jobSchema> {
  return {
    id: job.jobId,
    state,
    authorizationId: job.id,
    workspaceId: job.workspaceId,
    provider: job.provider,
    credentialId: job.credentialId,
    reason: job.reason,
    attempts: job.attempts,
    error: errorBody(job),
    canRetry: job.canRetry,
    createdAt: toTime(job.createdAt),
    startedAt: toTimeOrNull(job.startedAt),
    runsAt: job.status === 'queued' ? toTimeOrNull(job.nextAttemptAt) : null,
    finishedAt: toTimeOrNull(job.finishedAt),
  };
}

export const retriedSchema = z.object({
  retried: z.int().describe('Queued again by this call, at most 1000.'),
  left: z.int().describe('Can be queued again still: call again.'),
});

export function retriedBody({ retried, left }: Retried): z.output<typeof retriedSchema> {
  return { retried, left };
}
