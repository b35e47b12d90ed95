import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { recordEvent } from '../events/index.ts';
import { requireProvider } from '../providers/require-provider.ts';

/** Forgets the workspace's own client; new connections use the default again. @throws Problem `oauth_client_not_found` */
export async function removeOAuthClient(ctx: Context, { provider: id }: { provider: string }): Promise<void> {
  const provider = requireProvider(ctx.catalogue, id);
  await transact(ctx, async (tx) => {
    const gone = await db(tx.em)
      .deleteFrom('oauth_client')
      .where('workspaceId', '=', tx.workspaceId)
      .where('provider', '=', provider.id)
      .returning('clientId')
      .executeTakeFirst();
    if (gone === undefined) throw new Problem('oauth_client_not_found');
    const mode = tx.settings.defaultClients.has(provider.id) ? 'default' : 'none';
    await recordEvent(tx, {
      type: 'latchkey.oauth_client.changed',
      subject: provider.id,
      data: { provider: provider.id, mode, clientId: null },
    });
    await recordAudit(tx, {
      action: 'oauth_client.remove',
      subject: provider.id,
      data: { clientId: gone.clientId },
    });
  });
}
