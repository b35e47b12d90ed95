import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import type { Wait } from './backlog-ages.ts';
import { partsOf } from './parts-of.ts';
import { beginningOf, type Buckets } from './periods.ts';

export interface JobTimes {
  readonly finished: number;
  /** From being made to its begin; without exchanges of codes, which wait for a person. Null: there were none. */
  readonly waitP50Ms: number | null;
  readonly waitP95Ms: number | null;
  /** From begin to end, of those that ended at the first attempt. */
  readonly runP50Ms: number | null;
  readonly runP95Ms: number | null;
}

interface Jobs {
  /** Of each part by its number, what ended in it. */
  readonly times: Map<number, JobTimes>;
  readonly waits: Wait[];
}

interface Row extends JobTimes {
  readonly bucket: number;
  /** Of those that began and ended in this part: the one that was made first, and the longest wait. */
  readonly oldest: Date | null;
  readonly latest: Date | null;
  readonly longestMs: number | null;
}

/** So many per part are looked at for the percentiles. */
const mostLookedAt = 1_000;

const milliseconds = (fraction: number, column: 'wait' | 'run') =>
  sql`extract(epoch from percentile_disc(${sql.lit(fraction)}::float8) within group (order by ${sql.ref(column)}))::float8 * 1000`;

/** How long work waited and took. */
export async function readJobs(
  { em, workspaceId }: Pick<Context, 'em' | 'workspaceId'>,
  buckets: Buckets,
): Promise<Jobs> {
  const ended = sql`workspace_id = ${workspaceId} and finished_at >= part.begins and finished_at < part.ends
    and started_at is not null`;
  const { rows } = await sql<Row>`
    select part.n as bucket, counted.*, times.*
    from ${partsOf(buckets)}, lateral (
      select count(*)::int as finished, min(created_at) filter (where begun) as oldest,
        max(started_at) filter (where begun) as latest,
        extract(epoch from max(started_at - created_at) filter (where begun))::float8 * 1000 as "longestMs"
      from (
        select created_at, started_at, kind <> 'exchange_code' and started_at >= part.begins as begun
        from "authorization" where ${ended}
      ) one
    ) counted, lateral (
      select ${milliseconds(0.5, 'wait')} as "waitP50Ms", ${milliseconds(0.95, 'wait')} as "waitP95Ms",
        ${milliseconds(0.5, 'run')} as "runP50Ms", ${milliseconds(0.95, 'run')} as "runP95Ms"
      from (
        select case when kind <> 'exchange_code' then started_at - created_at end as wait,
          case when attempts = 1 then finished_at - started_at end as run
        from "authorization" where ${ended}
        order by finished_at limit ${mostLookedAt}
      ) one
    ) times`.execute(db(em));
  return {
    times: new Map(
      rows.map(({ bucket, oldest: _oldest, latest: _latest, longestMs: _longest, ...times }) => [
        bucket,
        times,
      ]),
    ),
    waits: rows.flatMap((row) => waitsOf(row, beginningOf(buckets, row.bucket))),
  };
}

/** Of one part: the longest that ended in it, and the one that waited before it began. */
function waitsOf({ oldest, latest, longestMs }: Row, begins: Date): Wait[] {
  if (oldest === null || latest === null || longestMs === null) return [];
  return [
    { since: oldest, until: new Date(begins.getTime() - 1) },
    { since: new Date(latest.getTime() - longestMs), until: latest },
  ];
}

/** What waits at the moment. */
export async function readWaiting({ em, workspaceId }: Pick<Context, 'em' | 'workspaceId'>): Promise<Wait[]> {
  const { rows } = await sql<{ since: Date | null }>`
    select min(next_attempt_at) as since from "authorization"
    where workspace_id = ${workspaceId} and status = 'queued' and next_attempt_at <= now()`.execute(db(em));
  const since = rows[0]?.since ?? null;
  return since === null ? [] : [{ since, until: null }];
}
