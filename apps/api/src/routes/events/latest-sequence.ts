import type { Context } from '@latchkey/core/context.ts';
import { db } from '@latchkey/core/db';
import { formatSequence } from '@latchkey/core/events';

/** The number of the workspace's newest event: a reader that begins after it sees what comes next. */
export async function latestSequence(ctx: Context): Promise<string> {
  const { eventSequence } = await db(ctx.em)
    .selectFrom('workspace')
    .select('eventSequence')
    .where('id', '=', ctx.workspaceId)
    .executeTakeFirstOrThrow();
  return formatSequence(eventSequence);
}
