import type { Context } from '../context.ts';
import type { OAuthClient } from '../auth-methods/index.ts';
import { db } from '../db/index.ts';

/** The provider has just accepted the client: what was noted against it is over. Runs in the caller's transaction. */
export async function unflagOAuthClient(
  tx: Context,
  { provider, client }: { provider: string; client: Pick<OAuthClient, 'clientId'> },
): Promise<void> {
  await db(tx.em)
    .deleteFrom('oauth_client_flag')
    .where('workspaceId', '=', tx.workspaceId)
    .where('provider', '=', provider)
    .where('clientId', '=', client.clientId)
    .execute();
}
