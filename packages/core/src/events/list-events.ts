import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import { requirePermission, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { findSequences } from '../db/find-sequences.ts';
import type { Page } from '../db/page.ts';
import type { CloudEvent } from './event-bus.ts';
import { toCloudEvent, type EventRow } from './to-cloud-event.ts';

interface EventQuery {
  /** A `sequence`: events after it; null starts with the first. */
  readonly after?: string | null;
  readonly type?: string | null;
  readonly subject?: string | null;
  /** At or after this time. */
  readonly from?: Date | null | undefined;
  /** Before this time. */
  readonly to?: Date | null | undefined;
  /** From the newest event on to older ones: `after` is then the last one seen on the way back. */
  readonly newestFirst?: boolean;
  readonly limit: number;
}

/**
 * Numbered events in order; `nextCursor` is the last sequence of the page when another page follows.
 * Numbers are committed without gaps, so reading on from the last one seen misses nothing. What is private to somebody
 * else is skipped, and its numbers with it.
 * @throws Problem `forbidden`
 */
export async function listEvents(
  ctx: Pick<Context, 'em' | 'workspaceId' | 'actor'>,
  {
    after = null,
    type = null,
    subject = null,
    from = null,
    to = null,
    newestFirst = false,
    limit,
  }: EventQuery,
): Promise<Page<CloudEvent>> {
  requirePermission(ctx.actor, 'event:read');
  const kysely = db(ctx.em);
  const range =
    from === null && to === null ? null : await findSequences(kysely, 'event', ctx.workspaceId, { from, to });
  const rows = await kysely
    .selectFrom('event')
    .select(['id', 'workspaceId', 'type', 'subject', 'data', 'time', 'sequence'])
    .where('workspaceId', '=', ctx.workspaceId)
    .where('sequence', 'is not', null)
    .$if(after !== null, (query) => query.where('sequence', newestFirst ? '<' : '>', Number(after)))
    .where(visibleTo(ctx.actor, sql`array[event.subject, event.data->>'credentialId']`))
    .$if(type !== null, (query) => query.where('type', '=', type ?? ''))
    .$if(subject !== null, (query) => query.where('subject', '=', subject ?? ''))
    .$if(from !== null, (query) => query.where('time', '>=', from ?? new Date(0)))
    .$if(to !== null, (query) => query.where('time', '<', to ?? new Date(0)))
    .$if(range !== null, (query) =>
      query.where('sequence', '>=', range?.first ?? 1).where('sequence', '<=', range?.last ?? 0),
    )
    .orderBy('sequence', newestFirst ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map((row) => toCloudEvent(row as EventRow));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.sequence ?? null) : null };
}
