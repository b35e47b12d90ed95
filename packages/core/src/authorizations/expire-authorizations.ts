import { recordAudit } from '../audit/index.ts';
import { inAllWorkspaces, inWorkspace, transact } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { failures } from '../errors.ts';
import { authorizationColumns } from './authorization-columns.ts';
import { recordAuthorizationEvent } from './authorization-event.ts';
import type { SystemContext } from './claim-due.ts';

/** Ends authorizations that nobody finished in time. @returns how many */
export async function expireAuthorizations(system: SystemContext, limit: number): Promise<number> {
  return transact(inAllWorkspaces(system('')), async (tx) => {
    const stale = await db(tx.em)
      .updateTable('authorization')
      .set({
        status: 'expired',
        finishedAt: now,
        sealed: null,
        errorCode: 'authorization_expired',
        errorMessage: failures.authorization_expired.message,
        errorRetryable: false,
        errorActor: 'user',
      })
      .where('id', 'in', (query) =>
        query
          .selectFrom('authorization')
          .select('id')
          .where('status', '=', 'awaiting_consent')
          .where('expiresAt', '<=', now)
          .limit(limit)
          .forUpdate()
          .skipLocked(),
      )
      .returning(authorizationColumns)
      .execute();
    for (const row of stale) {
      const scoped = inWorkspace(tx, row.workspaceId);
      await recordAuthorizationEvent(scoped, 'expired', row);
      await recordAudit(scoped, { action: 'authorization.expire', subject: row.id });
    }
    return stale.length;
  });
}
