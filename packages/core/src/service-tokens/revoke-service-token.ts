import { recordAudit } from '../audit/index.ts';
import { closeSessionsOfToken } from '../connect-sessions/close-sessions-of-token.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { recordEvent } from '../events/index.ts';

/** Ends the token, and the connect sessions that it made; API processes that cached it hear of it by event, or notice within `authenticationCacheSeconds`. @throws Problem `service_token_not_found` */
export async function revokeServiceToken(ctx: Context, { id }: { id: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const gone = await db(tx.em)
      .deleteFrom('service_token')
      .where('id', '=', id)
      .where('workspaceId', '=', tx.workspaceId)
      .returning('name')
      .executeTakeFirst();
    if (gone === undefined) throw new Problem('service_token_not_found');
    await closeSessionsOfToken(tx, { tokenId: id });
    await recordEvent(tx, { type: 'latchkey.service_token.revoked', subject: id, data: { name: gone.name } });
    await recordAudit(tx, { action: 'service_token.revoke', subject: id, data: { name: gone.name } });
  });
}
