import type { Credential } from '@latchkey/api/answers.ts';

/** What a credential's badge says; a text of `common.status`. */
type CredentialWord =
  | 'pending'
  | 'pending_oauth'
  | 'waiting'
  | 'out_of_credit'
  | 'active'
  | 'troubled'
  | 'unproven'
  | 'refresh_failing'
  | 'expired'
  | 'invalid'
  | 'revoking'
  | 'reauthorization_required';

/** `quiet`: over, and neither good nor bad. */
export type Tone = 'good' | 'busy' | 'warning' | 'bad' | 'quiet';

export interface CredentialState {
  readonly word: CredentialWord;
  readonly tone: Tone;
}

/** What no check, no refresh and no use has proven for so long is not called connected. */
const proofMs = 30 * 86_400_000;

/** A refresh that is late by so much is not coming by itself: no worker runs, or it cannot. */
const lateMs = 600_000;

function activeState(credential: Credential, now: number): CredentialState {
  const { health, expiresAt, lastError } = credential;
  const isExpired = expiresAt !== null && Date.parse(expiresAt) <= now;
  if (health === 'refresh_failing')
    return isExpired ? { word: 'expired', tone: 'bad' } : { word: 'refresh_failing', tone: 'warning' };
  if (lastError?.code === 'key_out_of_credit') return { word: 'out_of_credit', tone: 'bad' };
  if (lastError !== null) return { word: 'troubled', tone: 'warning' };
  return isProven(credential, isExpired, now)
    ? { word: 'active', tone: 'good' }
    : { word: 'unproven', tone: 'warning' };
}

/** An access token that has ended is no fault by itself: it is renewed before it is handed out. */
function isProven(credential: Credential, isExpired: boolean, now: number): boolean {
  const { lastRefreshedAt, lastUsedAt, nextRefreshAt, updatedAt } = credential;
  if (isExpired && nextRefreshAt !== null && now - Date.parse(nextRefreshAt) > lateMs) return false;
  const proofs = [lastRefreshedAt, lastUsedAt, updatedAt].map((time) =>
    time === null ? 0 : Date.parse(time),
  );
  return now - Math.max(...proofs) <= proofMs;
}

/**
 * The truth about a credential in one word. Nothing is green without a recent proof: a failing refresh, an error of the
 * last check, a refresh that does not come, and what was neither checked nor used for a month are not.
 * @param now milliseconds since 1970
 */
export function credentialState(credential: Credential, now: number): CredentialState {
  switch (credential.status) {
    case 'pending':
      if (credential.lastError?.code === 'key_out_of_credit') return { word: 'out_of_credit', tone: 'bad' };
      if (credential.lastError !== null) return { word: 'waiting', tone: 'warning' };
      return {
        word: credential.authMethod === 'oauth2' ? 'pending_oauth' : 'pending',
        tone: 'busy',
      };
    case 'active':
      return activeState(credential, now);
    case 'revoking':
      return { word: 'revoking', tone: 'busy' };
    case 'invalid':
    case 'reauthorization_required':
      return { word: credential.status, tone: 'bad' };
  }
}
