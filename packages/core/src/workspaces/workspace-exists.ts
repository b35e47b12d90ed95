import type { EntityManager } from '@mikro-orm/postgresql';
import { db, withinWorkspaces } from '../db/index.ts';

export async function workspaceExists(em: EntityManager, id: string): Promise<boolean> {
  const row = await db(withinWorkspaces(em, [id]))
    .selectFrom('workspace')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}
