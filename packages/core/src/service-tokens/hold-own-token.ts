import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';

/**
 * Locks a token until the transaction ends. A personal one is changed by its person alone: a new value in other hands
 * would open what is private.
 * @throws Problem `service_token_not_found`, `owner_only`
 */
export async function holdOwnToken(tx: Context, id: string) {
  const token = await db(tx.em)
    .selectFrom('service_token')
    .select(['id', 'name', 'owner', 'tokenHash'])
    .where('id', '=', id)
    .where('workspaceId', '=', tx.workspaceId)
    .forUpdate()
    .executeTakeFirst();
  if (token === undefined) throw new Problem('service_token_not_found');
  if (token.owner !== null && token.owner !== tx.actor.subject) throw new Problem('owner_only');
  return token;
}
