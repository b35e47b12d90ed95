import type { FailureCode } from '../errors.ts';

/** Why a gate is open, and the code of what it refuses. */
export type GateReason = Extract<
  FailureCode,
  'provider_unavailable' | 'rate_limited' | 'client_misconfigured'
>;

/** The circuit breaker of a gate. Seconds count from now; not above zero: over. */
export interface GateState {
  /** Distinct credentials that failed without an answer in between. */
  readonly failing: readonly string[];
  /** Null: closed. */
  readonly openForSeconds: number | null;
  /** Openings since the last answer. */
  readonly openings: number;
  /** Null while open: nothing is known about the client yet, one call goes first. */
  readonly reason: GateReason | null;
  readonly message: string | null;
  /** Somebody has the turn to try; null: nobody. */
  readonly probeForSeconds: number | null;
}

/** How a call ended that was let through. */
export type GateOutcome =
  /** Success, or a definite no that says nothing about provider or client, such as `invalid_grant`. */
  | { readonly kind: 'answered' }
  /** No answer, an error of the server, or nonsense. */
  | { readonly kind: 'failed'; readonly credentialId: string }
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number | null }
  /** `invalid_client`. The message is shown to every workspace that uses the client. */
  | { readonly kind: 'client_rejected'; readonly message: string }
  /** It was let through and called nobody. */
  | { readonly kind: 'unused' };

/** What a gate is about that nobody called through yet. */
export const unproven: GateState = {
  failing: [],
  openForSeconds: 0,
  openings: 0,
  reason: null,
  message: null,
  probeForSeconds: null,
};

export const closed: GateState = { ...unproven, openForSeconds: null };

export function standingOf({ openForSeconds }: GateState): 'closed' | 'open' | 'half_open' {
  if (openForSeconds === null) return 'closed';
  return openForSeconds > 0 ? 'open' : 'half_open';
}
