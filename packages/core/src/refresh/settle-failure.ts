import { sql } from 'kysely';
import type { OAuthClient, TokenRequestError } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import {
  credentialColumns,
  recordCredentialEvent,
  type Credential,
  type CredentialRow,
} from '../credentials/index.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { failures, type Failure, type FailureCode } from '../errors.ts';
import { flagOAuthClient } from '../oauth-clients/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { releaseWith, resolveAttempt, type Held } from './refresh-lease.ts';
import { fail, queueAgain, retryOrFail } from '../authorizations/run.ts';

interface Failed {
  readonly authorization: Authorization;
  readonly credential: CredentialRow;
  /** Null when it failed before the lease was taken. */
  readonly held: Held | null;
  readonly client: OAuthClient | null;
  readonly failure: Failure;
  readonly sent: TokenRequestError['sent'];
}

/** The schedule tries again after this long when an authorization gave up or its client is broken. */
const pauseSeconds = { exhausted: 900, client: 3600 };

/**
 * What a failed refresh means: the grant is dead (terminal, no further call with that token), the OAuth client is
 * broken (its credentials stay as they are), or it is worth trying again.
 */
export async function settleRefreshFailure(ctx: Context, at: Failed): Promise<void> {
  await transact(ctx, async (tx) => {
    if (at.held !== null) await resolveAttempt(tx, at.held, attemptState(at), at.failure.code);
    const verdict = judge(at);
    const written = await write(tx, at, changesBy(verdict, at));
    if (written === undefined) {
      // Replaced or being deleted meanwhile: what this answer says is about a token that is gone.
      if (at.held !== null) await releaseWith(tx, at.held, {});
      await queueAgain(tx, at.authorization, 1);
      return;
    }
    await recordAudit(tx, {
      action: 'token.refresh_failed',
      subject: at.credential.id,
      outcome: 'refused',
      data: { code: verdict.code },
    });
    if (verdict.kind === 'dead') {
      await recordCredentialEvent(tx, 'reauthorization_required', written);
      await fail(tx, at.authorization.id, verdict);
      return;
    }
    await recordCredentialEvent(tx, 'refresh_failed', written);
    if (verdict.kind === 'kept') {
      await fail(tx, at.authorization.id, verdict);
      return;
    }
    if (verdict.kind === 'client') {
      if (at.client !== null)
        await flagOAuthClient(tx, {
          provider: written.provider,
          client: at.client,
          message: verdict.message,
        });
      await fail(tx, at.authorization.id, verdict);
      return;
    }
    const again = await retryOrFail(tx, at.authorization, at.failure);
    if (!again) {
      await db(tx.em)
        .updateTable('credential')
        .set({ nextRefreshAt: secondsFromNow(pauseSeconds.exhausted * (1 + Math.random())) })
        .where('id', '=', at.credential.id)
        .where('status', '=', 'active')
        .execute();
    }
  });
}

interface Verdict {
  readonly kind: 'dead' | 'client' | 'again' | 'kept';
  readonly code: FailureCode;
  readonly message: string;
}

/** `invalid_grant` right after a presentation that nobody knows the end of is our loss, and is called so. */
function judge({ failure, held, sent, authorization }: Failed): Verdict {
  const { code, message } = failure;
  if (code === 'client_misconfigured') return { kind: 'client', code, message };
  if (failure.retryable) return { kind: 'again', code, message };
  if (code === 'missing_refresh_token') {
    // There is nothing to refresh with: a problem only when a run was refused or needs more time than is left.
    const needed = authorization.reason === 'report' || authorization.reason === 'lease';
    return { kind: needed ? 'dead' : 'kept', code, message };
  }
  if (sent === 'not_sent') return { kind: 'kept', code, message };
  if (code === 'grant_revoked' && held?.afterUnknown === true) {
    return {
      kind: 'dead',
      code: 'refresh_outcome_unknown',
      message: failures.refresh_outcome_unknown.message,
    };
  }
  return { kind: 'dead', code, message };
}

/** An error answer other than "slow down" may hide a rotation that happened: only its end is unknown. */
function attemptState({ failure, sent }: Failed): 'not_sent' | 'unknown' | 'rejected' {
  if (sent !== 'answered') return sent;
  return failure.retryable && failure.code !== 'rate_limited' ? 'unknown' : 'rejected';
}

function changesBy(verdict: Verdict, { failure }: Failed) {
  const error = { lastErrorCode: verdict.code, lastErrorMessage: verdict.message, lastErrorAt: now };
  switch (verdict.kind) {
    case 'dead':
      return {
        ...error,
        status: 'reauthorization_required' as const,
        health: 'ok' as const,
        nextRefreshAt: null,
      };
    case 'kept':
      return error;
    case 'client':
      return {
        ...error,
        health: 'refresh_failing' as const,
        nextRefreshAt: secondsFromNow(pauseSeconds.client),
      };
    case 'again':
      return {
        ...error,
        health: 'refresh_failing' as const,
        refreshFailures: sql<number>`refresh_failures + 1`,
        nextRefreshAt: secondsFromNow(Math.max(pauseSeconds.exhausted, (failure.retryAfterSeconds ?? 0) * 2)),
      };
  }
}

async function write(
  tx: Context,
  { held, credential }: Failed,
  changes: Record<string, unknown>,
): Promise<Credential | undefined> {
  if (held !== null) return releaseWith(tx, held, changes);
  return db(tx.em)
    .updateTable('credential')
    .set({ ...changes, updatedAt: now })
    .where('id', '=', credential.id)
    .where('status', '=', 'active')
    .where('tokenVersion', '=', credential.tokenVersion)
    .returning(credentialColumns)
    .executeTakeFirst();
}
