import type { Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import { recordAuthorizationEvent } from './authorization-event.ts';

interface QueueInput {
  readonly kind: 'validate_key' | 'refresh_token' | 'revoke';
  readonly credentialId: string;
  readonly provider: string;
  readonly reason: 'user' | 'lease' | 'schedule' | 'report';
}

/**
 * Queues work on a credential, in the caller's transaction. One of a kind is at work per credential, whoever asks:
 * when there is one already, that one is returned and nothing is queued.
 */
export async function queueAuthorization(tx: Context, input: QueueInput): Promise<Authorization> {
  const inserted = await db(tx.em)
    .insertInto('authorization')
    .values({
      id: newId('authorization'),
      workspaceId: tx.workspaceId,
      kind: input.kind,
      status: 'queued',
      provider: input.provider,
      credentialId: input.credentialId,
      reason: input.reason,
      requestedBy: tx.actor.name,
      keySalt: tx.vault.newSalt(),
      nextAttemptAt: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(authorizationColumns)
    .executeTakeFirst();
  if (inserted !== undefined) {
    await recordAuthorizationEvent(tx, 'queued', inserted);
    return inserted;
  }
  const atWork = await db(tx.em)
    .selectFrom('authorization')
    .select(authorizationColumns)
    .where('credentialId', '=', input.credentialId)
    .where('kind', '=', input.kind)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst();
  // It ended between the two statements: then there is room for ours.
  return atWork ?? queueAuthorization(tx, input);
}
