import type { Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { authorizationColumns } from './authorization-columns.ts';
import { recordAuthorizationEvents } from './authorization-event.ts';
import type { Due } from './claim-due.ts';

/** `queueAuthorization` for what a schedule claimed, many at once: where there is one at work already, nothing is queued. */
export async function queueDue(
  tx: Context,
  kind: 'validate_key' | 'refresh_token',
  due: readonly Due[],
): Promise<void> {
  if (due.length === 0) return;
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
        reason: 'schedule' as const,
        requestedBy: tx.actor.name,
        keySalt: tx.vault.newSalt(),
        nextAttemptAt: now,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning([...authorizationColumns, 'workspaceId'])
    .execute();
  await recordAuthorizationEvents(tx, 'queued', inserted);
}
