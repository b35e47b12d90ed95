import type { Limit } from '@latchkey/core/rate-limits';

/** Whom a limit is for: a token or session, its workspace, everybody behind a client's address, one API process. */
export type LimitScope = 'token' | 'workspace' | 'address' | 'process';

interface ClassFacts {
  /** What one token may do, or one address where nobody has a token: `count` at once, refilled within `seconds`. */
  readonly count: number;
  readonly seconds: number;
  /** So many times that for each scope. A scope that is missing has no limit. */
  readonly scopes: Readonly<Partial<Record<LimitScope, number>>>;
  /** A request waits, at most 50 ms, for what the other processes counted; else they are told behind it. */
  readonly together: boolean;
}

const forCallers = { token: 1, workspace: 5, address: 5 } as const;
const forTheFew = { token: 1, workspace: 2, address: 2 } as const;

/** Every class of requests. A route names its own; `guess` is not for routes but for secrets that nobody knows. */
export const limitClasses = {
  /** Leases: the hot path. */
  lease: { count: 12_000, seconds: 60, scopes: forCallers, together: false },
  read: { count: 3_000, seconds: 60, scopes: forCallers, together: false },
  write: { count: 1_200, seconds: 60, scopes: forCallers, together: false },
  /** A key is sent to its provider: whoever has stolen keys must not find out here which of them work. */
  key_check: { count: 60, seconds: 60, scopes: forTheFew, together: true },
  /** Makes a state, or one more for a start link. */
  authorization_start: { count: 300, seconds: 60, scopes: forTheFew, together: true },
  /** A provider's answer, brought by a browser. */
  callback: { count: 240, seconds: 60, scopes: { address: 1 }, together: true },
  sign_in: { count: 60, seconds: 60, scopes: { address: 1 }, together: true },
  /** Opening a stream of events. */
  stream: { count: 120, seconds: 60, scopes: forCallers, together: false },
  /** Health checks: none. */
  health: { count: 1, seconds: 1, scopes: {}, together: false },
  /** Tokens, cookies and sign-ins that turn out wrong; counted by each process for itself. */
  guess: { count: 20, seconds: 4, scopes: { address: 1, process: 5 }, together: false },
} as const satisfies Record<string, ClassFacts>;

export type LimitClass = keyof typeof limitClasses;

/** What a route may declare. */
export type RouteLimit = Exclude<LimitClass, 'guess'>;

/** The limits of one class, by scope; a scope that is missing has none. */
export type ClassLimits = Readonly<Partial<Record<LimitScope, Limit>>>;

export type RateLimits = Readonly<Record<LimitClass, ClassLimits>>;

/** The limits of a class where one token has this one, and every other scope keeps its ratio to it. */
export function limitsOf(
  name: LimitClass,
  { count, seconds }: Pick<Limit, 'count' | 'seconds'>,
): ClassLimits {
  const { scopes } = limitClasses[name] as ClassFacts;
  return Object.fromEntries(
    Object.entries(scopes).map(([scope, times]) => [
      scope,
      { name: `${name}.${scope}`, count: count * times, seconds },
    ]),
  );
}
