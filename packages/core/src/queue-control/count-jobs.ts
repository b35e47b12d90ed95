import { sql } from 'kysely';
import type { AuthorizationKind } from '../authorizations/status.ts';
import type { Db } from '../db/index.ts';
import { jobNameOf, type JobName } from '../queues/index.ts';
import { jobStateIs } from './job-states.ts';

export interface JobCounts {
  readonly waiting: number;
  /** Of those waiting: nobody waits for them. */
  readonly background: number;
  readonly active: number;
  readonly delayed: number;
  /** Null: nothing waits. */
  readonly oldestWaitingSeconds: number | null;
}

const noJobs: JobCounts = { waiting: 0, background: 0, active: 0, delayed: 0, oldestWaitingSeconds: null };

/** What each queue holds, in all workspaces that `kysely` reaches: the console and the metrics show the same. */
export async function countJobs(kysely: Db): Promise<Readonly<Record<JobName, JobCounts>>> {
  const { waiting, active, delayed } = jobStateIs;
  const { rows } = await sql<JobCounts & { kind: AuthorizationKind }>`
    select kind,
      count(*) filter (where ${waiting})::int as waiting,
      count(*) filter (where ${waiting} and reason = 'schedule')::int as background,
      count(*) filter (where ${active})::int as active,
      count(*) filter (where ${delayed})::int as delayed,
      extract(epoch from now() - min(next_attempt_at) filter (where ${waiting}))::float8 as "oldestWaitingSeconds"
    from "authorization" a where status in ('queued', 'running') group by kind`.execute(kysely);
  const counted = new Map(rows.map(({ kind, ...counts }) => [jobNameOf[kind], counts]));
  const names = Object.values(jobNameOf);
  return Object.fromEntries(names.map((name) => [name, counted.get(name) ?? noJobs])) as Record<
    JobName,
    JobCounts
  >;
}
