import { sql } from 'kysely';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { retryDelaySeconds } from '../authorizations/retry-delay.ts';
import { mostAttempts } from '../authorizations/run.ts';
import type { Context } from '../context.ts';
import type { CredentialRow } from '../credentials/index.ts';
import { db } from '../db/index.ts';
import type { Failure } from '../errors.ts';
import type { OAuth2Method } from '../providers/index.ts';
import { decidePresentation, graceLeft } from './decide-presentation.ts';
import { secondsSinceUnknown } from './open-attempts.ts';
import { leaseSeconds } from './refresh-lease.ts';

/** When a refresh that failed for a reason that may pass is tried again. */
export interface Retry {
  /** Whether this authorization goes on; otherwise it ends, and the schedule makes another one. */
  readonly queue: boolean;
  readonly delaySeconds: number;
  /** Until then nobody presents the token, whoever asks. */
  readonly backOffSeconds: number;
  readonly nextRefreshSeconds: number;
  /** The token must not be presented for the sake of the access token. */
  readonly deferred: boolean;
  /** Failures in a row, this one included. */
  readonly failures: number;
}

interface Failed {
  readonly authorization: Authorization;
  readonly credential: CredentialRow;
  readonly method: OAuth2Method;
  readonly failure: Pick<Failure, 'retryAfterSeconds'>;
  readonly gaveUp: boolean;
}

/** Whoever waits for a token is not told to come back later than this, unless the provider says so. */
const mostBackOffSeconds = 60;

/** In the caller's transaction, after the attempt was resolved. */
export async function planRetry(tx: Context, at: Failed): Promise<Retry> {
  const facts = await readFacts(tx, at);
  const sinceUnknown = await secondsSinceUnknown(tx, at.credential);
  const decision = decidePresentation({
    refresh: at.method.refresh,
    secondsSinceUnknown: sinceUnknown,
    secondsLeft: facts.secondsLeft,
    lifetimeSeconds: facts.lifetimeSeconds,
    reason: at.authorization.reason,
  });
  const late = decision.kind === 'defer' ? decision.seconds : 0;
  const atIt = at.gaveUp ? leaseSeconds - facts.secondsSincePresented : 0;
  const grace = graceLeft(at.method.refresh, sinceUnknown);
  return plan(facts, at.failure.retryAfterSeconds, { late, atIt, grace });
}

interface Facts {
  /** Presentations of this authorization, the failed one included. */
  readonly tries: number;
  /** Failures in a row before this one. */
  readonly failures: number;
}

interface Wait {
  /** Until the token may be presented for the sake of the access token; 0: at once. */
  readonly late: number;
  /** Until the provider is surely done with a request that we stopped waiting for. */
  readonly atIt: number;
  /** Until the provider takes no replay any more, after which the token may be lost; null: no grace runs. */
  readonly grace: number | null;
}

/**
 * A pause takes at most one of so many parts of a grace that runs. Where every second answer gets lost, the token is kept
 * by the number of replays that fit in.
 */
const graceParts = 10;

/** Pure. Times are seconds. */
export function plan(
  { tries, failures }: Facts,
  retryAfterSeconds: number | null,
  wait: Wait,
  random: () => number = Math.random,
): Retry {
  const asked = retryAfterSeconds ?? 0;
  const schedule = retryDelaySeconds(failures + 1, retryAfterSeconds, random);
  const bounded = Math.min(schedule, Math.max(mostBackOffSeconds, asked));
  const backOffSeconds =
    wait.grace === null
      ? Math.max(bounded, wait.atIt)
      : Math.min(Math.max(bounded, wait.atIt), Math.max(1, wait.grace / graceParts));
  const delaySeconds = Math.max(backOffSeconds, wait.late);
  return {
    queue: wait.late > 0 || wait.grace !== null || tries < mostAttempts.refresh_token,
    delaySeconds,
    backOffSeconds,
    nextRefreshSeconds: wait.grace === null ? Math.max(schedule, delaySeconds) : delaySeconds,
    deferred: wait.late > 0,
    failures: failures + 1,
  };
}

interface Read extends Facts {
  readonly secondsLeft: number | null;
  readonly lifetimeSeconds: number | null;
  readonly secondsSincePresented: number;
}

async function readFacts(tx: Context, { authorization, credential }: Failed): Promise<Read> {
  const { rows } = await sql<Read>`
    select refresh_failures as failures, token_lifetime_seconds as "lifetimeSeconds",
      extract(epoch from expires_at - now())::float8 as "secondsLeft",
      attempts.tries, attempts."secondsSincePresented"
    from credential, lateral (
      select count(*)::int as tries,
        coalesce(extract(epoch from now() - max(started_at)), 0)::float8 as "secondsSincePresented"
      from refresh_attempt a where a.credential_id = credential.id
        and a.token_version = credential.token_version and a.authorization_id = ${authorization.id}
    ) attempts
    where id = ${credential.id}`.execute(db(tx.em));
  return (
    rows[0] ?? { failures: 0, tries: 1, secondsLeft: null, lifetimeSeconds: null, secondsSincePresented: 0 }
  );
}
