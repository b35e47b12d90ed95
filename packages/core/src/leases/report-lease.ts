import { ownedAs, requireUse } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { transact, type Context } from '../context.ts';
import { findCredential } from '../credentials/index.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';

/**
 * A run says that the provider refused what it was handed: queues a refresh, or a validation of the key. Nothing is
 * queued when the credential changed since that lease: a new lease brings the new token at once.
 * @throws Problem `lease_not_found`, `owner_only`
 */
export async function reportLease(
  ctx: Context,
  { id, status }: { id: string; status: number },
): Promise<Authorization | null> {
  return transact(ctx, async (tx) => {
    const lease = await db(tx.em)
      .updateTable('lease')
      .set({ reportedAt: now })
      .where('id', '=', id)
      .where('workspaceId', '=', tx.workspaceId)
      .returning(['credentialId', 'tokenVersion'])
      .executeTakeFirst();
    if (lease === undefined) throw new Problem('lease_not_found');
    requireUse(tx.actor, await ownedAs(tx.em, lease.credentialId), 'lease_not_found');
    await recordAudit(tx, {
      action: 'lease.report',
      subject: lease.credentialId,
      data: { leaseId: id, status },
    });
    const credential = await findCredential(tx, lease.credentialId);
    if (
      credential === undefined ||
      credential.status !== 'active' ||
      credential.tokenVersion !== lease.tokenVersion
    )
      return null;
    return queueAuthorization(tx, {
      kind: credential.authMethod === 'oauth2' ? 'refresh_token' : 'validate_key',
      credential,
      reason: 'report',
    });
  });
}
