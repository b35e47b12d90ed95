import { recordAudits } from '../audit/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { authorizationColumns } from './authorization-columns.ts';
import { recordAuthorizationEvents } from './authorization-event.ts';
import { cancelledColumns } from './cancelled-columns.ts';
import { authorizationStatusesBefore } from './status.ts';

/**
 * Cancels those of the authorizations that have not begun to run and are no revocation, in the caller's transaction. Each one
 * is in the audit by itself. @returns how many
 */
export async function cancelMany(tx: Context, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const cancelled = await db(tx.em)
    .updateTable('authorization')
    .set(cancelledColumns)
    .where('id', 'in', [...ids])
    .where('workspaceId', '=', tx.workspaceId)
    .where('kind', '<>', 'revoke')
    .where('status', 'in', authorizationStatusesBefore('cancelled'))
    .returning(authorizationColumns)
    .execute();
  await recordAuthorizationEvents(tx, 'cancelled', cancelled);
  const { workspaceId, actor, requestId, clientAddress } = tx;
  const who = { workspaceId, actor, requestId, clientAddress };
  await recordAudits(
    tx.em,
    cancelled.map(({ id }) => ({ ...who, action: 'authorization.cancel' as const, subject: id })),
  );
  return cancelled.length;
}
