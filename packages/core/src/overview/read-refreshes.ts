import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { partsOf } from './parts-of.ts';
import type { Buckets } from './periods.ts';

/** Presentations of refresh tokens, by what came of them. */
export interface RefreshCounts {
  readonly succeeded: number;
  readonly rejected: number;
  /** No answer came, and nobody knows what the provider did. */
  readonly unknown: number;
  readonly notSent: number;
  readonly inFlight: number;
}

/** Of each part by its number, those that began in it. */
export async function readRefreshes(
  { em, workspaceId }: Pick<Context, 'em' | 'workspaceId'>,
  buckets: Buckets,
): Promise<Map<number, RefreshCounts>> {
  const { rows } = await sql<RefreshCounts & { bucket: number }>`
    select part.n as bucket, counts.*
    from ${partsOf(buckets)}, lateral (
      select
        count(*) filter (where state = 'succeeded')::int as succeeded,
        count(*) filter (where state = 'rejected')::int as rejected,
        count(*) filter (where state = 'unknown')::int as unknown,
        count(*) filter (where state = 'not_sent')::int as "notSent",
        count(*) filter (where state = 'presented')::int as "inFlight"
      from refresh_attempt
      where workspace_id = ${workspaceId} and started_at >= part.begins and started_at < part.ends
    ) counts`.execute(db(em));
  return new Map(rows.map(({ bucket, ...counts }) => [bucket, counts]));
}
