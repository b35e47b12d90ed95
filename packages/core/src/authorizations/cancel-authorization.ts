import { ownedAs, requireUse } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import { recordAuthorizationEvent } from './authorization-event.ts';
import { cancelledColumns } from './cancelled-columns.ts';
import { getAuthorization } from './get-authorization.ts';
import { authorizationStatusesBefore } from './status.ts';

/**
 * Ends an authorization that has not begun to run. A revocation is not cancelled: its credential is out of use already.
 * @throws Problem `authorization_not_found`, `owner_only`, `authorization_not_cancellable`
 */
export async function cancelAuthorization(ctx: Context, { id }: { id: string }): Promise<Authorization> {
  return transact(ctx, (tx) => cancelWithin(tx, id));
}

/** The same in the caller's transaction. */
export async function cancelWithin(tx: Context, id: string): Promise<Authorization> {
  await getAuthorization(tx, { id });
  requireUse(tx.actor, await ownedAs(tx.em, id), 'authorization_not_found');
  const row = await db(tx.em)
    .updateTable('authorization')
    .set(cancelledColumns)
    .where('id', '=', id)
    .where('workspaceId', '=', tx.workspaceId)
    .where('kind', '<>', 'revoke')
    .where('status', 'in', authorizationStatusesBefore('cancelled'))
    .returning(authorizationColumns)
    .executeTakeFirst();
  if (row === undefined) {
    const current = await getAuthorization(tx, { id });
    throw new Problem('authorization_not_cancellable', { detail: `It is ${current.status}.` });
  }
  await recordAuthorizationEvent(tx, 'cancelled', row);
  await recordAudit(tx, { action: 'authorization.cancel', subject: id });
  return row;
}
