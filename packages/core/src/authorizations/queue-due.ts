import type { Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { authorizationColumns } from './authorization-columns.ts';
import { recordAuthorizationEvents } from './authorization-event.ts';
import type { AuthorizationReason } from './status.ts';

/** A credential whose time has come, and the version that it has. */
export interface Due {
  readonly id: string;
  readonly workspaceId: string;
  readonly provider: string;
  readonly tokenVersion: number;
}

/**
 * `queueAuthorization` for many at once, in the caller's transaction: where there is one at work already, nothing is queued.
 * @returns how many were
 */
export async function queueDue(
  tx: Context,
  kind: 'validate_key' | 'refresh_token',
  due: readonly Due[],
  reason: AuthorizationReason = 'schedule',
): Promise<number> {
  if (due.length === 0) return 0;
  const inserted = await db(tx.em)
    .insertInto('authorization')
    .values(
      due.map((credential) => ({
        id: newId('authorization'),
        workspaceId: credential.workspaceId,
        kind,
        status: 'queued' as const,
        provider: credential.provider,
        credentialId: credential.id,
        tokenVersion: credential.tokenVersion,
        reason,
        requestedBy: tx.actor.name,
        keySalt: tx.vault.newSalt(),
        nextAttemptAt: now,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning([...authorizationColumns, 'workspaceId'])
    .execute();
  await recordAuthorizationEvents(tx, 'queued', inserted);
  return inserted.length;
}
