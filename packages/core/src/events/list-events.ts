import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import { requirePermission, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import type { Page } from '../db/page.ts';
import type { CloudEvent } from './event-bus.ts';
import { toCloudEvent, type EventRow } from './to-cloud-event.ts';

interface EventQuery {
  /** A `sequence`: events after it; null starts with the first. */
  readonly after?: string | null;
  readonly type?: string | null;
  readonly subject?: string | null;
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
  { after = null, type = null, subject = null, limit }: EventQuery,
): Promise<Page<CloudEvent>> {
  requirePermission(ctx.actor, 'event:read');
  const rows = await db(ctx.em)
    .selectFrom('event')
    .select(['id', 'workspaceId', 'type', 'subject', 'data', 'time', 'sequence'])
    .where('workspaceId', '=', ctx.workspaceId)
    .where('sequence', '>', after === null ? 0 : Number(after))
    .where(visibleTo(ctx.actor, sql`array[event.subject, event.data->>'credentialId']`))
    .$if(type !== null, (query) => query.where('type', '=', type ?? ''))
    .$if(subject !== null, (query) => query.where('subject', '=', subject ?? ''))
    .orderBy('sequence')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map((row) => toCloudEvent(row as EventRow));
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.sequence ?? null) : null };
}
