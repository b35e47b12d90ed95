import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { credentialColumns, type Credential } from './credential-columns.ts';

/** @throws Problem `credential_not_found`, also for another workspace's id */
export async function getCredential(ctx: Context, { id }: { id: string }): Promise<Credential> {
  const row = await db(ctx.em)
    .selectFrom('credential')
    .select(credentialColumns)
    .where('id', '=', id)
    .where('workspaceId', '=', ctx.workspaceId)
    .executeTakeFirst();
  if (row === undefined) throw new Problem('credential_not_found');
  return row;
}
