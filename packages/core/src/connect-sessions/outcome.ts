import { addressWith } from '../authorizations/address-with.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { isFinished, type AuthorizationKind } from '../authorizations/status.ts';
import type { Context } from '../context.ts';
import { findCredential } from '../credentials/load-credential.ts';
import type { FailureCode } from '../errors.ts';
import type { ConnectSession } from './load-session.ts';

export type ConnectStatus = 'open' | 'connected' | 'closed' | 'expired';

/** How a session ended, or how it stands. Ids and codes, nothing secret. */
export interface ConnectOutcome {
  readonly sessionId: string;
  readonly status: ConnectStatus;
  /** Of the attempt that succeeded, else of the newest; null while that is not over, and when there is none. */
  readonly result: 'succeeded' | 'failed' | 'cancelled' | 'expired' | null;
  readonly authorizationId: string | null;
  /** Of that attempt: an account, or a key. */
  readonly kind: AuthorizationKind | null;
  readonly credentialId: string | null;
  readonly provider: string | null;
  readonly credentialName: string | null;
  readonly accountName: string | null;
  /** Why the newest attempt failed. */
  readonly code: FailureCode | null;
  readonly state: string | null;
  /** The caller's address with all of this; null when there is none. */
  readonly returnTo: string | null;
}

/** @param attempts newest first */
export async function outcomeOf(
  ctx: Context,
  session: ConnectSession,
  attempts: readonly Authorization[],
): Promise<ConnectOutcome> {
  const success = attempts.find(({ status }) => status === 'succeeded');
  const attempt = success ?? attempts[0];
  const credentialId = success?.credentialId ?? null;
  const credential = credentialId === null ? undefined : await findCredential(ctx, credentialId);
  const known = {
    sessionId: session.id,
    status: statusOf(session, success !== undefined),
    result:
      attempt !== undefined && isFinished(attempt.status)
        ? (attempt.status as ConnectOutcome['result'])
        : null,
    authorizationId: attempt?.id ?? null,
    kind: attempt?.kind ?? null,
    credentialId,
    provider: attempt?.provider ?? null,
    credentialName: credential?.name ?? null,
    accountName: credential?.accountName ?? null,
    code: attempt?.errorCode ?? null,
    state: session.state,
  };
  return { ...known, returnTo: returnAddress(session.returnUrl, known) };
}

function statusOf({ closedAt, isExpired }: ConnectSession, isConnected: boolean): ConnectStatus {
  if (closedAt !== null) return 'closed';
  if (isConnected) return 'connected';
  return isExpired ? 'expired' : 'open';
}

function returnAddress(returnUrl: string | null, outcome: Omit<ConnectOutcome, 'returnTo'>): string | null {
  if (returnUrl === null) return null;
  const { result, sessionId, authorizationId, credentialId, code, state } = outcome;
  const members = { status: result ?? 'cancelled', sessionId, authorizationId, credentialId, code, state };
  return addressWith(returnUrl, members);
}
