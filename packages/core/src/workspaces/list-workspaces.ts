import type { Context } from '../context.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';
import type { Workspace } from './create-workspace.ts';

/** Oldest first. */
export async function listWorkspaces(
  ctx: Context,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<Page<Workspace>> {
  const rows = await db(acrossWorkspaces(ctx.em))
    .selectFrom('workspace')
    .select(['id', 'name', 'createdAt'])
    .$if(cursor !== null, (query) => query.where('id', '>', cursor))
    .orderBy('id')
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit);
}
