import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { getOAuthClient, type OAuthClientView } from './get-oauth-client.ts';

export interface OAuthClientDescription extends OAuthClientView {
  /** Credentials that were issued to this client, and are of use to no other; without those that are private to others. */
  readonly credentials: number;
}

/** The client with what hangs on it. @throws Problem `provider_not_found`, `auth_method_unsupported` */
export async function describeOAuthClient(
  ctx: Context,
  { provider }: { provider: string },
): Promise<OAuthClientDescription> {
  const client = await getOAuthClient(ctx, { provider });
  return { ...client, credentials: await countCredentials(ctx, provider, client) };
}

async function countCredentials(
  ctx: Context,
  provider: string,
  { clientId, isCustom }: Pick<OAuthClientView, 'clientId' | 'isCustom'>,
): Promise<number> {
  if (clientId === null) return 0;
  const { count } = await db(ctx.em)
    .selectFrom('credential')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('workspaceId', '=', ctx.workspaceId)
    .where('provider', '=', provider)
    .where('clientMode', '=', isCustom ? 'custom' : 'default')
    .where('clientId', '=', clientId)
    .where(visibleTo(ctx.actor, sql`array[credential.id]`))
    .executeTakeFirstOrThrow();
  return count;
}
