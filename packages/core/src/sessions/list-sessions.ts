import { isInstanceAdmin, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';
import { idleSince, sessionColumns, type Session } from './session-columns.ts';

interface ListSessionsInput {
  readonly idleMinutes: number;
  readonly cursor: string | null;
  readonly limit: number;
}

/** Those that go on, oldest first: all of the instance for its administrators, else the person's own. */
export async function listSessions(
  ctx: Context,
  { idleMinutes, cursor, limit }: ListSessionsInput,
): Promise<Page<Session & { current: boolean }>> {
  const { actor } = ctx;
  if (actor.type !== 'session' && !isInstanceAdmin(actor)) return { items: [], nextCursor: null };
  const rows = await db(ctx.em)
    .selectFrom('console_session')
    .select(sessionColumns)
    .where('expiresAt', '>', now)
    .where('lastSeenAt', '>', idleSince(idleMinutes))
    .$if(!isInstanceAdmin(actor), (query) => query.where('subject', '=', actor.subject ?? ''))
    .$if(cursor !== null, (query) => query.where('id', '>', cursor))
    .orderBy('id')
    .limit(limit + 1)
    .execute();
  const { items, nextCursor } = toPage(rows, limit);
  return { items: items.map((item) => ({ ...item, current: item.id === actor.id })), nextCursor };
}
