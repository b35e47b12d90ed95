import type { Authorization } from '../authorizations/authorization-columns.ts';
import { authorizationColumns } from '../authorizations/authorization-columns.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';
import { jobOfAuthorization } from '../queues/index.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { canRetry, jobStateIs, type JobState } from './job-states.ts';
import { kindOf, requireQueue } from './require-queue.ts';

export interface QueueJob extends Authorization {
  /** Of the job, as logs have it. */
  readonly jobId: string;
  /** Whether `retryFailed` would queue it again. */
  readonly canRetry: boolean;
}

interface ListJobsInput {
  readonly name: string;
  readonly state: JobState;
  readonly cursor: string | null;
  readonly limit: number;
}

/** The jobs of a queue that are in one state, newest first, of all workspaces. @throws Problem `queue_not_found` */
export async function listJobs(
  ctx: Context,
  { name, state, cursor, limit }: ListJobsInput,
): Promise<Page<QueueJob>> {
  const kind = kindOf(requireQueue(name));
  const { em, actor } = await ofInstance(ctx);
  const rows = await db(em)
    .selectFrom('authorization as a')
    .select(authorizationColumns)
    .select(canRetry(actor).as('canRetry'))
    .where('kind', '=', kind)
    .where(jobStateIs[state])
    .$if(cursor !== null, (query) => query.where('id', '<', cursor))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const jobs = rows.map((row) => ({
    ...row,
    canRetry: state === 'failed' && row.canRetry === true,
    jobId: jobOfAuthorization(row).options.jobId,
  }));
  return toPage(jobs, limit);
}
