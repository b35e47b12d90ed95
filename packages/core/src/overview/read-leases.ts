import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import type { Buckets } from './periods.ts';

export interface LeaseCount {
  readonly issued: number;
  /** There were more than are counted one by one. */
  readonly estimated: boolean;
}

/** So many are counted per part; beyond it their share among the entries of the audit counts. */
const mostCounted = 5_000;

/**
 * Leases are counted in the audit, which has an index by time and one by action: another index would be written by every
 * lease. The parts meet where the sequence of the first entry of a part says.
 */
export async function readLeases(
  { em, workspaceId }: Pick<Context, 'em' | 'workspaceId'>,
  { from, count, seconds }: Buckets,
): Promise<Map<number, LeaseCount>> {
  const { rows } = await sql<{
    bucket: number;
    first: number;
    end: number;
    counted: number;
    last: number | null;
  }>`
    with part as materialized (
      select n as bucket, (
        select sequence from audit_entry
        where workspace_id = ${workspaceId} and sequence is not null
          and at >= ${from}::timestamptz + make_interval(secs => n * ${seconds})
        order by at limit 1
      ) as first
      from generate_series(0, ${count}::int) n
    ), span as materialized (
      select bucket, first, coalesce(lead(first) over (order by bucket), (
        select max(sequence) + 1 from audit_entry where workspace_id = ${workspaceId}
      )) as "end"
      from part
    )
    select bucket, first, "end", counted, last from span, lateral (
      select count(*)::int as counted, max(sequence) as last from (
        select sequence from audit_entry
        where workspace_id = ${workspaceId} and action = 'lease.issue' and sequence >= span.first and sequence < span."end"
        order by sequence limit ${mostCounted}
      ) one
    ) leases
    where bucket < ${count} and first is not null`.execute(db(em));
  return new Map(rows.map(({ bucket, ...row }) => [bucket, countOf(row)]));
}

function countOf(row: { first: number; end: number; counted: number; last: number | null }): LeaseCount {
  const { first, end, counted, last } = row;
  if (counted < mostCounted || last === null) return { issued: counted, estimated: false };
  return { issued: Math.round((counted * (end - first)) / (last + 1 - first)), estimated: true };
}
