import type { ProblemCode } from '../errors.ts';
import type { LeaseRow } from './read-credentials.ts';

export type LeaseDecision =
  | { readonly kind: 'serve' }
  /** The token ends too soon: a refresh is needed first. */
  | { readonly kind: 'refresh' }
  /** A validation is under way. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'refuse'; readonly code: ProblemCode };

/**
 * What becomes of a request for a credential: pure, by PostgreSQL's clock alone.
 * @param minTtlSeconds how long the token must still be good
 */
export function decideLease(row: LeaseRow | null, provider: string, minTtlSeconds: number): LeaseDecision {
  if (row === null || row.provider !== provider || row.status === 'revoking')
    return { kind: 'refuse', code: 'credential_not_found' };
  if (row.status === 'invalid') return { kind: 'refuse', code: 'credential_invalid' };
  if (row.status === 'reauthorization_required') return { kind: 'refuse', code: 'reauthorization_required' };
  if (row.status === 'pending') return { kind: 'wait' };
  if (row.authMethod === 'api_key' || row.secondsLeft === null || row.secondsLeft >= minTtlSeconds)
    return { kind: 'serve' };
  // A token that was never good for that long will not be after another refresh either.
  if (row.lifetimeSeconds !== null && row.lifetimeSeconds < minTtlSeconds)
    return { kind: 'refuse', code: 'min_ttl_unavailable' };
  return { kind: 'refresh' };
}
