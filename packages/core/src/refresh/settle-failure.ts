import type { OAuthClient, TokenRequestError } from '../auth-methods/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { errorColumns, fail, queueAgain } from '../authorizations/run.ts';
import { transact, type Context } from '../context.ts';
import {
  credentialColumns,
  recordCredentialEvent,
  type Credential,
  type CredentialRow,
} from '../credentials/index.ts';
import { now, secondsFromNow } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import type { Failure } from '../errors.ts';
import { flagOAuthClient } from '../oauth-clients/index.ts';
import type { GateOutcome } from '../provider-gates/index.ts';
import type { OAuth2Method, Provider } from '../providers/index.ts';
import { brokenClientColumns } from './broken-client-columns.ts';
import { findSuccessor } from './find-successor.ts';
import { recordPass, type Pass } from './gate-pass.ts';
import { judgeFailure, type Verdict } from './judge-failure.ts';
import { resolveAttempt, type Resolution } from './open-attempts.ts';
import { planRetry, type Retry } from './plan-retry.ts';
import type { Held } from './refresh-lease.ts';

export interface Failed {
  readonly authorization: Authorization;
  readonly credential: CredentialRow;
  readonly method: OAuth2Method;
  readonly provider: Provider;
  /** Null when it failed before the lease was taken. */
  readonly held: Held | null;
  readonly client: OAuthClient | null;
  readonly failure: Failure;
  readonly sent: TokenRequestError['sent'];
  /** HTTP status of the provider's answer; null when none came. */
  readonly providerStatus: number | null;
  readonly clientRejected: boolean;
  /** We stopped waiting: the provider may still be at it. */
  readonly gaveUp: boolean;
  readonly pass: Pass;
}

/** What became of it: for the metrics, after the commit. */
export interface Settled {
  readonly outcome: 'not_sent' | 'unknown' | 'rejected';
  readonly verdict: Verdict;
  /** The next presentation waits for the end of the access token. */
  readonly deferred: boolean;
}

/**
 * What a failed refresh means: the grant is dead (terminal, no further call with that token), the OAuth client is
 * broken (its credentials stay as they are), or it is worth trying again. Safe to repeat.
 */
export async function settleFailure(ctx: Context, at: Failed): Promise<Settled> {
  const outcome = outcomeOf(at);
  const verdict = judgeFailure({ ...at, takeover: at.held?.takeover ?? false });
  const { providerStatus, failure } = at;
  const resolution: Resolution = { state: outcome, errorCode: failure.code, providerStatus };
  let deferred = false;
  await transact(ctx, async (tx) => {
    if (at.held !== null) await resolveAttempt(tx, at.held, resolution);
    // A late answer may have been journaled meanwhile: then the token is replaced, not dead.
    const replaced = verdict.kind === 'dead' && (await isReplaced(tx, at.credential));
    const retry = verdict.kind === 'again' ? await planRetry(tx, at) : null;
    const written = replaced ? undefined : await write(tx, at, changesBy(verdict, retry));
    if (written === undefined) {
      // Replaced or being deleted meanwhile: what this answer says is about a token that is gone.
      if (at.held !== null) await ctx.refreshLease.release(tx, at.held, {});
      await queueAgain(tx, at.authorization, 1);
      await recordPass(tx, at, outcomeAtGate(at));
      return;
    }
    deferred = retry?.deferred ?? false;
    await recordFailure(tx, at, verdict, written, outcome);
    if (retry?.queue === true)
      await queueAgain(tx, at.authorization, retry.delaySeconds, errorColumns(verdict));
    else await fail(tx, at.authorization.id, verdict);
    await recordPass(tx, at, outcomeAtGate(at));
  });
  return { outcome, verdict, deferred };
}

/** What the answer says about the provider and the client, apart from the credential. */
function outcomeAtGate({ held, failure, clientRejected, credential }: Failed): GateOutcome {
  if (held === null) return { kind: 'unused' };
  if (clientRejected) return { kind: 'client_rejected', message: failure.message };
  if (failure.code === 'rate_limited')
    return { kind: 'rate_limited', retryAfterSeconds: failure.retryAfterSeconds };
  return failure.retryable ? { kind: 'failed', credentialId: credential.id } : { kind: 'answered' };
}

/** Under the lock of the row no answer can slip in behind the look. */
async function isReplaced(tx: Context, credential: CredentialRow): Promise<boolean> {
  await db(tx.em).selectFrom('credential').select('id').where('id', '=', credential.id).forUpdate().execute();
  return (await findSuccessor(tx.em, credential)) !== undefined;
}

/** An error answer other than "slow down" may hide a rotation that happened: only its end is unknown. */
function outcomeOf({ failure, sent }: Failed): Settled['outcome'] {
  if (sent !== 'answered') return sent;
  return failure.retryable && failure.code !== 'rate_limited' ? 'unknown' : 'rejected';
}

async function recordFailure(
  tx: Context,
  at: Failed,
  verdict: Verdict,
  written: Credential,
  outcome: Settled['outcome'],
): Promise<void> {
  await recordAudit(tx, {
    action: 'token.refresh_failed',
    subject: at.credential.id,
    outcome: 'refused',
    data: { code: verdict.code },
  });
  const happened = verdict.kind === 'dead' ? 'reauthorization_required' : 'refresh_failed';
  await recordCredentialEvent(tx, happened, written, {
    attemptId: at.held?.attemptId ?? null,
    outcome,
    takeover: at.held?.takeover ?? false,
    source: null,
    providerStatus: at.providerStatus,
  });
  if (verdict.kind === 'client' && at.client !== null)
    await flagOAuthClient(tx, {
      provider: written.provider,
      client: at.client,
      message: verdict.message,
    });
}

function changesBy(verdict: Verdict, retry: Retry | null) {
  const error = { lastErrorCode: verdict.code, lastErrorMessage: verdict.message, lastErrorAt: now };
  switch (verdict.kind) {
    case 'dead':
      return {
        ...error,
        status: 'reauthorization_required' as const,
        health: 'ok' as const,
        nextRefreshAt: null,
        refreshNotBefore: null,
        backOffUntil: null,
      };
    case 'kept':
      return error;
    case 'client':
      return {
        ...error,
        ...brokenClientColumns,
        health: 'refresh_failing' as const,
      };
    case 'again':
      return {
        ...error,
        health: 'refresh_failing' as const,
        refreshFailures: retry?.failures ?? 0,
        backOffUntil: secondsFromNow(retry?.backOffSeconds ?? 0),
        refreshNotBefore: secondsFromNow(retry?.delaySeconds ?? 0),
        nextRefreshAt: secondsFromNow(retry?.nextRefreshSeconds ?? 0),
      };
  }
}

async function write(
  tx: Context,
  { held, credential }: Failed,
  changes: Record<string, unknown>,
): Promise<Credential | undefined> {
  if (held !== null) return tx.refreshLease.release(tx, held, changes);
  return db(tx.em)
    .updateTable('credential')
    .set({ ...changes, updatedAt: now })
    .where('id', '=', credential.id)
    .where('status', '=', 'active')
    .where('tokenVersion', '=', credential.tokenVersion)
    .returning(credentialColumns)
    .executeTakeFirst();
}
