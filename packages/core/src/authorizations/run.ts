import { sql } from 'kysely';
import { transact, type Context } from '../context.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { failures, type Failure, type FailureCode } from '../errors.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import { recordAuthorizationEvent } from './authorization-event.ts';
import { retryDelaySeconds } from './retry-delay.ts';
import { lateSeconds } from './late-seconds.ts';
import { authorizationStatusesBefore, type AuthorizationKind } from './status.ts';

/**
 * After this long without a word a running authorization is late, and the reconciler hands it to a worker again: longer
 * than a provider call takes. A refresh is handed on right when the lease of its holder is over (25 s), since a token may
 * be waiting that can be replayed for a minute only.
 */
const silenceSeconds = {
  validate_key: 30,
  exchange_code: 30,
  refresh_token: 25 - lateSeconds,
  revoke: 30,
} as const satisfies Record<AuthorizationKind, number>;

/**
 * Marks the authorization as running, in the caller's transaction. Null when there is nothing to do: it ended already,
 * is not due yet, or is another workspace's. A job that is delivered again after a crash finds `running` and goes on.
 */
export async function beginRun(
  tx: Context,
  id: string,
  kind: AuthorizationKind,
): Promise<Authorization | null> {
  const row = await db(tx.em)
    .updateTable('authorization')
    .set({
      status: 'running',
      attempts: sql<number>`attempts + 1`,
      startedAt: sql<Date>`coalesce(started_at, now())`,
      nextAttemptAt: secondsFromNow(silenceSeconds[kind]),
    })
    .where('id', '=', id)
    .where('workspaceId', '=', tx.workspaceId)
    .where('kind', '=', kind)
    .where((where) =>
      where.or([
        where('status', '=', 'running'),
        where.and([where('status', '=', 'queued'), where('nextAttemptAt', '<=', secondsFromNow(1))]),
      ]),
    )
    .returning(authorizationColumns)
    .executeTakeFirst();
  if (row === undefined) return null;
  await recordAuthorizationEvent(tx, 'running', row);
  return row;
}

/** `beginRun` in a transaction of its own. */
export async function begin(
  ctx: Context,
  id: string,
  kind: AuthorizationKind,
): Promise<Authorization | null> {
  return transact(ctx, (tx) => beginRun(tx, id, kind));
}

interface Reason {
  readonly code: FailureCode;
  readonly message: string;
}

export function errorColumns(reason: Reason) {
  const { retryable, actor } = failures[reason.code];
  return {
    errorCode: reason.code,
    errorMessage: reason.message,
    errorRetryable: retryable,
    errorActor: actor,
  };
}

const noError = { errorCode: null, errorMessage: null, errorRetryable: null, errorActor: null };

/**
 * Ends a running authorization, in the caller's transaction, and erases what it had sealed.
 * @param remark on a success, something a person should know, for example that the provider cannot revoke
 */
export async function succeed(
  tx: Context,
  id: string,
  changes: { credentialId?: string; remark?: Reason | null } = {},
): Promise<void> {
  const { credentialId, remark } = changes;
  await end(tx, id, 'succeeded', {
    ...(credentialId === undefined ? {} : { credentialId }),
    ...(remark === undefined || remark === null ? noError : errorColumns(remark)),
  });
}

/** Ends an authorization that cannot succeed any more, in the caller's transaction. */
export async function fail(tx: Context, id: string, reason: Reason): Promise<void> {
  await end(tx, id, 'failed', errorColumns(reason));
}

async function end(tx: Context, id: string, status: 'succeeded' | 'failed', changes: object): Promise<void> {
  const row = await db(tx.em)
    .updateTable('authorization')
    .set({ status, finishedAt: now, nextAttemptAt: null, sealed: null, ...changes })
    .where('id', '=', id)
    .where('status', 'in', authorizationStatusesBefore(status))
    .returning(authorizationColumns)
    .executeTakeFirst();
  if (row !== undefined) await recordAuthorizationEvent(tx, status, row);
}

/** How often each kind is tried before it gives up for good. */
export const mostAttempts = {
  validate_key: 8,
  exchange_code: 5,
  refresh_token: 6,
  revoke: 10,
} as const satisfies Record<AuthorizationKind, number>;

/**
 * Queues the authorization again after a back-off, or ends it when it was tried often enough or trying again is no use.
 * In the caller's transaction. @returns whether it will be tried again
 */
export async function retryOrFail(
  tx: Context,
  authorization: Authorization,
  failure: Failure,
): Promise<boolean> {
  const reason = { code: failure.code, message: failure.message };
  if (!failure.retryable || authorization.attempts >= mostAttempts[authorization.kind]) {
    await fail(tx, authorization.id, reason);
    return false;
  }
  await queueAgain(
    tx,
    authorization,
    retryDelaySeconds(authorization.attempts, failure.retryAfterSeconds),
    errorColumns(reason),
  );
  return true;
}

/** Queues a running authorization again, in the caller's transaction. */
export async function queueAgain(
  tx: Context,
  authorization: Authorization,
  delaySeconds: number,
  changes: object = {},
): Promise<void> {
  const row = await db(tx.em)
    .updateTable('authorization')
    .set({ status: 'queued', nextAttemptAt: secondsFromNow(delaySeconds), ...changes })
    .where('id', '=', authorization.id)
    .where('status', 'in', authorizationStatusesBefore('queued'))
    .returning(authorizationColumns)
    .executeTakeFirst();
  if (row !== undefined) await recordAuthorizationEvent(tx, 'queued', row, { delaySeconds });
}

/**
 * Makes an authorization run now that waits for a later moment or for its holder, in the caller's transaction.
 * @returns undefined when it is not at work any more
 */
export async function queueNow(tx: Context, id: string): Promise<Authorization | undefined> {
  const row = await db(tx.em)
    .updateTable('authorization')
    .set({ status: 'queued', nextAttemptAt: now })
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'running'])
    .returning(authorizationColumns)
    .executeTakeFirst();
  if (row !== undefined) await recordAuthorizationEvent(tx, 'queued', row, { hastened: true });
  return row;
}
