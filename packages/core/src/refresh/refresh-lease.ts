import { hostname } from 'node:os';
import { sql } from 'kysely';
import { transact, type Context } from '../context.ts';
import {
  credentialColumns,
  credentialStatusesBefore,
  type CredentialRow,
  type CredentialStatus,
} from '../credentials/index.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';

/** Longer than the deadline of a provider call, so that a live holder is never taken over. */
export const leaseSeconds = 25;

const owner = `${hostname()}/${process.pid}`;

export interface Held {
  readonly credentialId: string;
  readonly attemptId: string;
  readonly fence: number;
  /** The version whose refresh token is presented. */
  readonly tokenVersion: number;
  /** PostgreSQL's time at which the token was about to be presented. */
  readonly presentedAt: Date;
  /** An earlier presentation of the same token, whose outcome nobody knows. */
  readonly afterUnknown: boolean;
}

/**
 * Step 1 of the refresh protocol: takes the lease of a credential and records the attempt, in one short transaction.
 * Null when somebody else holds it or the token changed meanwhile.
 */
export async function acquire(
  ctx: Context,
  credential: CredentialRow,
  authorizationId: string,
): Promise<Held | null> {
  return transact(ctx, async (tx) => {
    const taken = await db(tx.em)
      .updateTable('credential')
      .set({ fence: sql<number>`fence + 1`, leaseOwner: owner, leaseUntil: secondsFromNow(leaseSeconds) })
      .where('id', '=', credential.id)
      .where('status', '=', 'active')
      .where('tokenVersion', '=', credential.tokenVersion)
      .where((where) => where.or([where('leaseUntil', 'is', null), where('leaseUntil', '<', now)]))
      .returning(['fence', sql<Date>`now()`.as('presentedAt')])
      .executeTakeFirst();
    if (taken === undefined) return null;
    const earlier = await db(tx.em)
      .updateTable('refresh_attempt')
      .set({ state: 'unknown', resolvedAt: now })
      .where('credentialId', '=', credential.id)
      .where('state', '=', 'presented')
      .returning('id')
      .execute();
    const unknown = await db(tx.em)
      .selectFrom('refresh_attempt')
      .select('id')
      .where('credentialId', '=', credential.id)
      .where('tokenVersion', '=', credential.tokenVersion)
      .where('state', '=', 'unknown')
      .executeTakeFirst();
    const attemptId = newId('attempt');
    await db(tx.em)
      .insertInto('refresh_attempt')
      .values({
        id: attemptId,
        workspaceId: tx.workspaceId,
        credentialId: credential.id,
        authorizationId,
        fence: taken.fence,
        tokenVersion: credential.tokenVersion,
        grantFingerprint: credential.grantFingerprint,
        state: 'presented',
      })
      .execute();
    return {
      credentialId: credential.id,
      attemptId,
      fence: taken.fence,
      tokenVersion: credential.tokenVersion,
      presentedAt: taken.presentedAt,
      afterUnknown: earlier.length > 0 || unknown !== undefined,
    };
  });
}

/** Ends the attempt, in the caller's transaction. */
export async function resolveAttempt(
  tx: Context,
  held: Held,
  state: 'not_sent' | 'unknown' | 'succeeded' | 'rejected',
  errorCode: string | null = null,
): Promise<void> {
  await db(tx.em)
    .updateTable('refresh_attempt')
    .set({ state, errorCode, resolvedAt: now })
    .where('id', '=', held.attemptId)
    .execute();
}

/**
 * Writes to the credential and gives the lease back, in the caller's transaction, only while our fence is the
 * newest and the token is the one we presented.
 * @returns undefined when another holder came after us: then nothing of ours may be visible
 */
export async function releaseWith(
  tx: Context,
  held: Held,
  changes: Record<string, unknown> & { status?: CredentialStatus },
) {
  return db(tx.em)
    .updateTable('credential')
    .set({ ...changes, leaseOwner: null, leaseUntil: null, updatedAt: now })
    .where('id', '=', held.credentialId)
    .where('fence', '=', held.fence)
    .where('tokenVersion', '=', held.tokenVersion)
    .$if(changes.status !== undefined, (query) =>
      query.where('status', 'in', credentialStatusesBefore(changes.status as CredentialStatus)),
    )
    .returning(credentialColumns)
    .executeTakeFirst();
}
