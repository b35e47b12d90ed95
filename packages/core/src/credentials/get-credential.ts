import { credentialAccess } from '../access/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { credentialColumns, type Credential } from './credential-columns.ts';

/** What the actor may see of it. @throws Problem `credential_not_found`, also for another workspace's id and one that is private to somebody else */
export async function getCredential(ctx: Context, { id }: { id: string }): Promise<Credential> {
  const row = await db(ctx.em)
    .selectFrom('credential')
    .select(credentialColumns)
    .where('id', '=', id)
    .where('workspaceId', '=', ctx.workspaceId)
    .executeTakeFirst();
  if (row === undefined || credentialAccess(ctx.actor, row) === 'none')
    throw new Problem('credential_not_found');
  return row;
}
