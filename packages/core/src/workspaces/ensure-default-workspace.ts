import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { acrossWorkspaces, db } from '../db/index.ts';
import { newId } from '../ids.ts';

/** The workspace of everybody who names none: the oldest. Made at the first boot; several processes may try at once. */
export async function ensureDefaultWorkspace(em: EntityManager): Promise<string> {
  const all = db(acrossWorkspaces(em));
  await sql`
    insert into workspace (id, name) select ${newId('workspace')}, 'Default' where not exists (select from workspace)
    on conflict do nothing`.execute(all);
  const { id } = await all
    .selectFrom('workspace')
    .select('id')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow();
  return id;
}
