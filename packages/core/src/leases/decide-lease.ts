import { credentialAccess } from '../access/index.ts';
import type { Actor } from '../context.ts';
import type { ProblemCode } from '../errors.ts';
import type { LeaseRow } from './read-credentials.ts';

export type LeaseDecision =
  | { readonly kind: 'serve' }
  /** The token ends too soon: a refresh is needed first. */
  | { readonly kind: 'refresh' }
  /** A refresh is needed, and the provider may be asked only in so many seconds. */
  | { readonly kind: 'hold'; readonly seconds: number }
  /** A validation is under way. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'refuse'; readonly code: ProblemCode; readonly retryAfterSeconds?: number };

export interface LeaseWish {
  readonly actor: Pick<Actor, 'type' | 'role' | 'subject'>;
  readonly provider: string;
  /** How long the token must still be good. */
  readonly minTtlSeconds: number;
  /** How long the caller will still wait. */
  readonly waitSeconds: number;
}

/**
 * What becomes of a request for a credential: pure, by PostgreSQL's clock alone. A token that is good for long enough
 * is served whatever became of the last refresh.
 */
export function decideLease(row: LeaseRow | null, wish: LeaseWish): LeaseDecision {
  const access = row === null ? 'none' : credentialAccess(wish.actor, row);
  if (row === null || access === 'none' || row.provider !== wish.provider || row.status === 'revoking')
    return { kind: 'refuse', code: 'credential_not_found' };
  if (access === 'manage') return { kind: 'refuse', code: 'owner_only' };
  if (row.status === 'invalid') return { kind: 'refuse', code: 'credential_invalid' };
  if (row.status === 'reauthorization_required') return { kind: 'refuse', code: 'reauthorization_required' };
  if (row.status === 'pending') return { kind: 'wait' };
  if (row.authMethod === 'api_key' || row.secondsLeft === null || row.secondsLeft >= wish.minTtlSeconds)
    return { kind: 'serve' };
  // A token that was never good for that long will not be after another refresh either.
  if (row.lifetimeSeconds !== null && row.lifetimeSeconds < wish.minTtlSeconds)
    return { kind: 'refuse', code: 'min_ttl_unavailable' };
  const holdSeconds = row.refreshNotBeforeSeconds ?? 0;
  if (holdSeconds <= 0) return { kind: 'refresh' };
  if (holdSeconds <= wish.waitSeconds) return { kind: 'hold', seconds: holdSeconds };
  return { kind: 'refuse', code: 'provider_unavailable', retryAfterSeconds: Math.ceil(holdSeconds) };
}
