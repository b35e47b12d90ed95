import { sql } from 'kysely';
import { inAllWorkspaces, type Context } from '../context.ts';
import { db } from '../db/index.ts';

/**
 * The same caller in the default workspace, the oldest, with a reach over all of them: what belongs to the instance is told
 * and recorded there.
 */
export async function ofInstance(ctx: Context): Promise<Context> {
  const all = inAllWorkspaces(ctx);
  const { rows } = await sql<{ id: string }>`select id from workspace order by id limit 1`.execute(
    db(all.em),
  );
  return { ...all, workspaceId: rows[0]?.id ?? ctx.workspaceId };
}
