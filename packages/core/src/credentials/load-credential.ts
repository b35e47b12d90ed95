import { requireUse } from '../access/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import type { CredentialRow } from './credential-columns.ts';

/**
 * The whole row, ciphertext included, for use cases that use or change it.
 * @throws Problem `credential_not_found`, also for another workspace's id; `owner_only`
 */
export async function loadCredential(ctx: Context, id: string): Promise<CredentialRow> {
  const row = await findCredential(ctx, id);
  if (row === undefined) throw new Problem('credential_not_found');
  requireUse(ctx.actor, row);
  return row;
}

/** Whoever asks: for jobs. */
export async function findCredential(ctx: Context, id: string): Promise<CredentialRow | undefined> {
  return db(ctx.em)
    .selectFrom('credential')
    .selectAll()
    .where('id', '=', id)
    .where('workspaceId', '=', ctx.workspaceId)
    .executeTakeFirst();
}
