import { recordAudit } from '../audit/index.ts';
import { cancelMany } from '../authorizations/cancel-many.ts';
import type { Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';

/**
 * Closes what a service token has opened, in the transaction that ends the token: a stolen one leaves no link behind that
 * still works. Accounts whose consent is waited for, or whose code was not presented, are not connected.
 */
export async function closeSessionsOfToken(tx: Context, { tokenId }: { tokenId: string }): Promise<void> {
  const closed = await db(tx.em)
    .updateTable('connect_session')
    .set({ closedAt: now })
    .where('serviceTokenId', '=', tokenId)
    .where('workspaceId', '=', tx.workspaceId)
    .where('closedAt', 'is', null)
    .returning(['id', 'authorizationIds'])
    .execute();
  for (const { id, authorizationIds } of closed) {
    await cancelMany(tx, authorizationIds);
    await recordEvent(tx, { type: 'latchkey.connect_session.closed', subject: id, data: {} });
    await recordAudit(tx, { action: 'connect_session.close', subject: id, data: { tokenId } });
  }
}
