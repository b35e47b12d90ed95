import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import type { OAuthClient } from '../auth-methods/index.ts';

/** Notes that a provider rejected the client, and says so once: credentials that hang on it stay as they are. Runs in the caller's transaction. */
export async function flagOAuthClient(
  tx: Context,
  {
    provider,
    client,
    message,
  }: { provider: string; client: Pick<OAuthClient, 'mode' | 'clientId'>; message: string },
): Promise<void> {
  const flagged = await db(tx.em)
    .insertInto('oauth_client_flag')
    .values({ workspaceId: tx.workspaceId, provider, clientId: client.clientId, message })
    .onConflict((conflict) => conflict.doNothing())
    .returning('clientId')
    .executeTakeFirst();
  if (flagged === undefined) return;
  await recordEvent(tx, {
    type: 'latchkey.oauth_client.misconfigured',
    subject: provider,
    data: { provider, mode: client.mode, clientId: client.clientId },
  });
}
