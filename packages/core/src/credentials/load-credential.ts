import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import type { CredentialRow } from './credential-columns.ts';

/** The whole row, ciphertext included, for use cases. @throws Problem `credential_not_found`, also for another workspace's id */
export async function loadCredential(ctx: Context, id: string): Promise<CredentialRow> {
  const row = await findCredential(ctx, id);
  if (row === undefined) throw new Problem('credential_not_found');
  return row;
}

export async function findCredential(ctx: Context, id: string): Promise<CredentialRow | undefined> {
  return db(ctx.em)
    .selectFrom('credential')
    .selectAll()
    .where('id', '=', id)
    .where('workspaceId', '=', ctx.workspaceId)
    .executeTakeFirst();
}
