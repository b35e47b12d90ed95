import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import { recordAuthorizationEvent } from './authorization-event.ts';
import { queueNow } from './run.ts';
import type { AuthorizationReason } from './status.ts';

interface QueueInput {
  readonly kind: 'validate_key' | 'refresh_token' | 'revoke';
  readonly credential: { readonly id: string; readonly provider: string; readonly tokenVersion: number };
  readonly reason: AuthorizationReason;
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
    if (input.reason === 'report') await endDeferral(tx, input);
    await recordAuthorizationEvent(tx, 'queued', inserted);
    return inserted;
  }
  // It may end between the two statements: then there is room for ours.
  return (await hasten(tx, input)) ?? (await atWork(tx, input)) ?? queueAuthorization(tx, input);
}

function atWork(tx: Context, { kind, credential }: QueueInput): Promise<Authorization | undefined> {
  return db(tx.em)
    .selectFrom('authorization')
    .select(authorizationColumns)
    .where('credentialId', '=', credential.id)
    .where('kind', '=', kind)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst();
}

/**
 * Makes waiting work run at once: a refused access token, a new token of the same grant, or a new key, is news for what waits
 * for a later moment; and what a schedule queued is not in the background any more once somebody waits for it.
 */
async function hasten(tx: Context, input: QueueInput): Promise<Authorization | undefined> {
  const { reason, kind, credential } = input;
  if (reason === 'schedule') return undefined;
  const soon = secondsFromNow(1);
  const waiting = await db(tx.em)
    .updateTable('authorization')
    .set({ reason })
    .where('credentialId', '=', credential.id)
    .where('kind', '=', kind)
    .where('status', '=', 'queued')
    .where((where) =>
      where.or([
        where.and([where('reason', '=', 'schedule'), where('nextAttemptAt', '<=', soon)]),
        ...(reason === 'report' || reason === 'grant' ? [where('nextAttemptAt', '>', soon)] : []),
        ...(kind === 'validate_key' ? [where('tokenVersion', '<', credential.tokenVersion)] : []),
      ]),
    )
    .returning('id')
    .executeTakeFirst();
  if (waiting === undefined) return undefined;
  if (reason === 'report') await endDeferral(tx, input);
  return queueNow(tx, waiting.id);
}

/** A presentation is put off for the sake of the access token: once that is refused there is nothing to wait for. */
async function endDeferral(tx: Context, { credential }: QueueInput): Promise<void> {
  await sql`
    update credential set refresh_not_before = back_off_until
    where id = ${credential.id} and refresh_not_before > now() and exists (
      select from refresh_attempt a
      where a.credential_id = credential.id and a.token_version = credential.token_version and a.state = 'unknown'
    )`.execute(db(tx.em));
}
