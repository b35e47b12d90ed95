import { sql } from 'kysely';
import type { AuthorizationKind } from '../authorizations/status.ts';
import type { Context } from '../context.ts';
import { db, type Db } from '../db/index.ts';
import { jobNameOf, type JobName, type Queues } from '../queues/index.ts';
import { liveProcesses } from '../root-keys/live-processes.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { countJobs, type JobCounts } from './count-jobs.ts';
import { canRetry, jobStateIs } from './job-states.ts';

interface FailedCounts {
  /** Counted up to `mostFailed` in all queues together. */
  readonly failed: number;
  readonly retryable: number;
}

export interface QueueView extends JobCounts, FailedCounts {
  readonly name: JobName;
  /** Connected to it; null: the transport does not tell at the moment. */
  readonly workers: number | null;
  readonly paused: boolean;
  readonly pausedAt: Date | null;
  readonly pausedBy: string | null;
}

export interface QueueList {
  readonly queues: QueueView[];
  /** Worker processes that have reported lately, whatever they are connected to. */
  readonly workersAlive: number;
}

const mostFailed = 10_000;
const noFailed: FailedCounts = { failed: 0, retryable: 0 };

/**
 * The queues of the instance. What they hold is what PostgreSQL says should be in them, so that the numbers mean the same on
 * both transports and are there while Redis is not.
 */
export async function listQueues(ctx: Context, { queues }: { queues: Queues }): Promise<QueueList> {
  const { em, actor } = await ofInstance(ctx);
  const kysely = db(em);
  const atWork = await countJobs(kysely);
  const failed = await countFailed(kysely, actor);
  const pauses = await kysely.selectFrom('queue_pause').selectAll().execute();
  const processes = await liveProcesses(em);
  const entries = Object.entries(jobNameOf) as [AuthorizationKind, JobName][];
  const views = entries.map(async ([kind, name]): Promise<QueueView> => {
    const pause = pauses.find(({ queue }) => queue === name);
    return {
      name,
      ...atWork[name],
      ...(failed.get(kind) ?? noFailed),
      workers: await queues.workers(name).catch(() => null),
      paused: pause !== undefined,
      pausedAt: pause?.pausedAt ?? null,
      pausedBy: pause?.pausedBy ?? null,
    };
  });
  return {
    queues: await Promise.all(views),
    workersAlive: processes.filter(({ role }) => role === 'worker').length,
  };
}

/** One of them. */
export async function getQueue(
  ctx: Context,
  { name, queues }: { name: JobName; queues: Queues },
): Promise<QueueView> {
  const view = (await listQueues(ctx, { queues })).queues.find((queue) => queue.name === name);
  if (view === undefined) throw new Error(`the queue "${name}" has no view`);
  return view;
}

type ByKind<T> = Map<AuthorizationKind, T>;

async function countFailed(kysely: Db, actor: Context['actor']): Promise<ByKind<FailedCounts>> {
  const { rows } = await sql<FailedCounts & { kind: AuthorizationKind }>`
    select kind, count(*)::int as failed, count(*) filter (where retryable)::int as retryable
    from (
      select a.kind, ${canRetry(actor)} as retryable from "authorization" a where ${jobStateIs.failed} limit ${mostFailed}
    ) lately group by kind`.execute(kysely);
  return new Map(rows.map(({ kind, ...counts }) => [kind, counts]));
}
