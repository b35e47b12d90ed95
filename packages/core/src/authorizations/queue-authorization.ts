import type { Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import { recordAuthorizationEvent } from './authorization-event.ts';

interface QueueInput {
  readonly kind: 'validate_key' | 'refresh_token' | 'revoke';
  readonly credential: { readonly id: string; readonly provider: string; readonly tokenVersion: number };
  /** `grant`: another credential on the same grant was refreshed. */
  readonly reason: 'user' | 'lease' | 'schedule' | 'report' | 'grant';
}

/**
 * Queues work on a credential, in the caller's transaction. One of a kind is at work per credential, whoever asks:
 * when there is one already, that one is returned and nothing is queued. What is queued is about the version given:
 * a question that comes after its answer, asked with an older version, causes no second refresh.
 */
export async function queueAuthorization(tx: Context, input: QueueInput): Promise<Authorization> {
  const inserted = await db(tx.em)
    .insertInto('authorization')
    .values({
      id: newId('authorization'),
      workspaceId: tx.workspaceId,
      kind: input.kind,
      status: 'queued',
      provider: input.credential.provider,
      credentialId: input.credential.id,
      tokenVersion: input.credential.tokenVersion,
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
    .where('credentialId', '=', input.credential.id)
    .where('kind', '=', input.kind)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst();
  // It ended between the two statements: then there is room for ours.
  return atWork ?? queueAuthorization(tx, input);
}
