import type { OAuth2Method } from '../providers/index.ts';

/** What is known about a refresh token right before somebody wants to present it. Times are seconds. */
export interface Situation {
  readonly refresh: Pick<OAuth2Method['refresh'], 'rotation' | 'graceSeconds'>;
  /** Since the first presentation of this very token that nobody knows the end of; null: there is none. */
  readonly secondsSinceUnknown: number | null;
  /** Until the access token at hand ends; null: the provider does not say. */
  readonly secondsLeft: number | null;
  readonly lifetimeSeconds: number | null;
  /** Why the refresh was asked for; `report`: the provider refused the access token. */
  readonly reason: string;
}

export type Decision = { readonly kind: 'present' } | { readonly kind: 'defer'; readonly seconds: number };

/** Most that a presentation takes from this decision to its arrival: kept away from the end of a grace. */
const arrivalSeconds = 15;
/** The access token at hand is used up to here, so that a lease of the usual 60 seconds is served throughout. */
const lateSeconds = 90;
const lateWithoutExpirySeconds = 3600;

/** Seconds in which the provider still takes a replay; null: it takes none, or none is needed. Pure. */
export function graceLeft(
  { rotation, graceSeconds }: Situation['refresh'],
  secondsSinceUnknown: number | null,
): number | null {
  if (rotation !== 'grace' || secondsSinceUnknown === null) return null;
  const left = (graceSeconds ?? 0) - arrivalSeconds - secondsSinceUnknown;
  return left > 0 ? left : null;
}

/**
 * Whether a refresh token may be presented while the end of an earlier presentation is unknown: the provider may have
 * replaced it then, and a second presentation may end the whole grant. Pure.
 *
 * `none`, `rolling`: the token stays good, so at once. `grace`: at once while the provider accepts a replay. `strict`, or
 * the grace is over: the access token at hand is all that is sure to work, so the refresh token is presented late, when
 * that ends or was refused.
 */
export function decidePresentation(situation: Situation): Decision {
  const { refresh, secondsSinceUnknown, secondsLeft, lifetimeSeconds, reason } = situation;
  if (secondsSinceUnknown === null || reason === 'report') return { kind: 'present' };
  if (refresh.rotation === 'none' || refresh.rotation === 'rolling') return { kind: 'present' };
  if (graceLeft(refresh, secondsSinceUnknown) !== null) return { kind: 'present' };
  const wait =
    secondsLeft === null
      ? lateWithoutExpirySeconds - secondsSinceUnknown
      : secondsLeft - Math.min(lateSeconds, (lifetimeSeconds ?? 0) * 0.25 || lateSeconds);
  return wait <= 0 ? { kind: 'present' } : { kind: 'defer', seconds: wait };
}
