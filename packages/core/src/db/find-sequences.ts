import { sql } from 'kysely';
import type { Db } from './orm.ts';

/** What is numbered per workspace after it was committed, with an index by its time. */
const logs = {
  audit_entry: { time: 'at' },
  event: { time: 'time' },
} as const;

/** Entries at or after `from` and before `to`; null is no bound. */
export interface TimeRange {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** Both inclusive. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The numbers that a range of time lies between: none of its numbered rows is outside. Two looks into an index, however long
 * the log is; a filter by time alone may read all of it.
 */
export async function findSequences(
  kysely: Db,
  log: keyof typeof logs,
  workspaceId: string,
  { from, to }: TimeRange,
): Promise<SequenceRange> {
  const table = sql.table(log);
  const at = sql.ref(logs[log].time);
  // Rows get their time before their transaction commits and their number after it, so times may go back a little
  // from one number to the next: by less than transactions live.
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    with earliest as (
      select min(${at}) as at from ${table}
      where workspace_id = ${workspaceId} and sequence is not null and ${at} >= coalesce(${from}::timestamptz, '-infinity')
    ), latest as (
      select max(${at}) as at from ${table}
      where workspace_id = ${workspaceId} and sequence is not null and ${at} < coalesce(${to}::timestamptz, 'infinity')
    )
    select (
      select min(sequence) from ${table} e, earliest
      where e.workspace_id = ${workspaceId} and e.sequence is not null
        and e.${at} between earliest.at and earliest.at + interval '5 minutes'
    ) as first, (
      select max(sequence) from ${table} e, latest
      where e.workspace_id = ${workspaceId} and e.sequence is not null
        and e.${at} between latest.at - interval '5 minutes' and latest.at
    ) as last`.execute(kysely);
  const { first = null, last = null } = rows[0] ?? {};
  return first === null || last === null ? { first: 1, last: 0 } : { first, last };
}
