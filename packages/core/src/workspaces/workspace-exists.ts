import type { EntityManager } from '@mikro-orm/postgresql';
import { db } from '../db/index.ts';

export async function workspaceExists(em: EntityManager, id: string): Promise<boolean> {
  const row = await db(em).selectFrom('workspace').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}
