import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { credentialColumns, recordCredentialEvent, type CredentialRow } from '../credentials/index.ts';
import { now } from '../db/database-time.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { failures } from '../errors.ts';
import type { Held } from './refresh-lease.ts';

/** What is known about a presentation once it is over. */
export interface Resolution {
  readonly state: 'not_sent' | 'unknown' | 'succeeded' | 'rejected';
  readonly errorCode?: string | null;
  /** HTTP status of the provider's answer. */
  readonly providerStatus?: number | null;
}

/** Ends the attempt, in the caller's transaction. */
export async function resolveAttempt(
  tx: Context,
  held: Pick<Held, 'attemptId'>,
  { state, errorCode = null, providerStatus = null }: Resolution,
): Promise<void> {
  await db(tx.em)
    .updateTable('refresh_attempt')
    .set({ state, errorCode, providerStatus, resolvedAt: now })
    .where('id', '=', held.attemptId)
    .execute();
}

/**
 * Presentations on this grant whose holder did not come back in time: their end is unknown from now on, unless it comes
 * late. In the caller's transaction, under the lock of the grant, when no lease runs.
 */
export async function abandonAttempts(tx: Context, credential: CredentialRow): Promise<void> {
  const { rows } = await sql<{ id: string; credentialId: string; takeover: boolean }>`
    update refresh_attempt set state = 'unknown', resolved_at = now(), error_code = 'refresh_interrupted'
    where state = 'presented'
      and (credential_id = ${credential.id} or grant_fingerprint = ${credential.grantFingerprint})
    returning id, credential_id as "credentialId", takeover`.execute(db(acrossWorkspaces(tx.em)));
  if (rows.length === 0) return;
  const failing = await db(tx.em)
    .updateTable('credential')
    .set({
      health: 'refresh_failing',
      lastErrorCode: 'refresh_interrupted',
      lastErrorMessage: failures.refresh_interrupted.message,
      lastErrorAt: now,
      updatedAt: now,
    })
    .where('id', '=', credential.id)
    .returning(credentialColumns)
    .executeTakeFirstOrThrow();
  for (const { id: attemptId, takeover } of rows) {
    await recordCredentialEvent(tx, 'refresh_failed', failing, {
      attemptId,
      outcome: 'unknown',
      takeover,
      source: null,
      providerStatus: null,
    });
    tx.meters.refreshEnded({ provider: credential.provider, outcome: 'unknown', takeover, seconds: null });
  }
}

/**
 * Since the first presentation of the credential's refresh token whose end nobody knows; null when there is none. One
 * that was not given up yet counts as well: its holder may be dead.
 */
export async function secondsSinceUnknown(
  tx: Pick<Context, 'em'>,
  credential: CredentialRow,
): Promise<number | null> {
  const { rows } = await sql<{ seconds: number | null }>`
    select extract(epoch from now() - min(started_at))::float8 as seconds
    from refresh_attempt
    where state in ('unknown', 'presented') and (
      (credential_id = ${credential.id} and token_version = ${credential.tokenVersion})
      or (credential_id <> ${credential.id} and grant_fingerprint = ${credential.grantFingerprint}
        and started_at > coalesce(${credential.lastRefreshedAt}::timestamptz, '-infinity')))`.execute(
    db(acrossWorkspaces(tx.em)),
  );
  return rows[0]?.seconds ?? null;
}
