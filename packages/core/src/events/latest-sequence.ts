import { requirePermission, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { formatSequence } from './to-cloud-event.ts';

/**
 * The number of the workspace's newest event: a reader that begins after it sees what comes next.
 * @throws Problem `forbidden`
 */
export async function latestSequence(ctx: Pick<Context, 'em' | 'workspaceId' | 'actor'>): Promise<string> {
  requirePermission(ctx.actor, 'event:read');
  const { eventSequence } = await db(ctx.em)
    .selectFrom('workspace')
    .select('eventSequence')
    .where('id', '=', ctx.workspaceId)
    .executeTakeFirstOrThrow();
  return formatSequence(eventSequence);
}
