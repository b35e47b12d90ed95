import { Problem } from '@latchkey/core/errors.ts';
import {
  BoundedMap,
  emptyBucket,
  fillBucket,
  roomIn,
  type Bucket,
  type Limit,
} from '@latchkey/core/rate-limits';
import type { ClassLimits } from '../rate-limits/limit-classes.ts';
import { createLookupSlots } from './lookup-slots.ts';

/** A secret that nobody here knows yet, and whose budget it is charged to when it is wrong. */
interface Guess {
  /** The digest of the secret. */
  readonly key: string;
  readonly address: string;
}

export interface Guesses {
  /**
   * Looks a secret up unless too many of its address, or of all, were wrong of late. What was found wrong is known to
   * be wrong for a minute: a client that repeats it costs nothing.
   * @returns null when it is wrong
   * @throws Problem `too_many_requests`
   */
  attempt<T>(guess: Guess, find: () => Promise<T | null>): Promise<T | null>;
  /** The same for what is not found out in our database: it may take long, and takes no look-up's turn. */
  attemptElsewhere<T>(guess: Guess, find: () => Promise<T | null>): Promise<T | null>;
  /** Whether `attempt` would throw now; it is counted as refused then. Costs next to nothing. */
  turnsAway(guess: Guess): boolean;
  /** What was found wrong may be right from now on, such as a token whose end was moved. */
  forgetWrong(): void;
}

interface GuessesOptions {
  readonly limits: ClassLimits;
  /** Told of every one that is turned away. */
  readonly onRefusal: (by: 'address' | 'process', address: string) => void;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Addresses, and digests of each kind, that are remembered. */
  readonly size?: number;
}

const wrongForMs = 60_000;
/** A secret does not become right later, so only those who come back with the same one, after `Retry-After`, may be late comers. */
const comesBackAfterMs = 900;
/** The way in for those who come back while everything else is used up, per address and for all. */
const lateComers = {
  address: { name: 'guess.late', count: 2, seconds: 2 },
  process: { name: 'guess.late', count: 20, seconds: 2 },
} as const satisfies Record<string, Limit>;

/** One for all of them: in a flood the stack of an error is what costs most. */
export const turnedAway = new Problem('too_many_requests', {
  detail:
    'Too many wrong tokens came from this address. A token that is right is let in when it is sent again.',
  retryAfterSeconds: 1,
});

export function openGuesses({
  limits,
  onRefusal,
  now = () => performance.now(),
  size = 10_000,
}: GuessesOptions): Guesses {
  const buckets = { wrong: new BoundedMap<Bucket>(size), late: new BoundedMap<Bucket>(size) };
  const all = { wrong: emptyBucket(now()), late: emptyBucket(now()) };
  let wrongUntil = new BoundedMap<number>(size);
  // Long enough for a late comer to be remembered while thousands a second are refused.
  const refusedAt = new BoundedMap<number>(5 * size);
  const slots = createLookupSlots();

  const bucketOf = (kind: keyof typeof buckets, address: string) =>
    buckets[kind].use(address, () => emptyBucket(now()));
  const hasRoom = (bucket: Bucket, limit: Limit | undefined) =>
    limit === undefined || roomIn(bucket, limit, now()) >= 1;

  /** Null when it may be looked up. */
  const exhausted = (address: string): 'address' | 'process' | null => {
    if (!hasRoom(bucketOf('wrong', address), limits.address)) return 'address';
    return hasRoom(all.wrong, limits.process) ? null : 'process';
  };

  const isLateComer = ({ key, address }: Guess): boolean => {
    const since = refusedAt.peek(key);
    if (since === undefined || now() - since < comesBackAfterMs) return false;
    return hasRoom(bucketOf('late', address), lateComers.address) && hasRoom(all.late, lateComers.process);
  };

  const letInLate = ({ address }: Guess) => {
    fillBucket(bucketOf('late', address), lateComers.address, now());
    fillBucket(all.late, lateComers.process, now());
  };

  const isKnownWrong = (key: string) => (wrongUntil.peek(key) ?? -Infinity) > now();

  const countRefusal = ({ key, address }: Guess, by: 'address' | 'process') => {
    if (refusedAt.peek(key) === undefined) refusedAt.set(key, now());
    onRefusal(by, address);
  };

  const refuse = (guess: Guess, by: 'address' | 'process'): never => {
    countRefusal(guess, by);
    throw turnedAway;
  };

  const foundWrong = ({ key, address }: Guess) => {
    wrongUntil.set(key, now() + wrongForMs);
    refusedAt.delete(key);
    if (limits.address !== undefined) fillBucket(bucketOf('wrong', address), limits.address, now());
    if (limits.process !== undefined) fillBucket(all.wrong, limits.process, now());
  };

  const attempt = async <T>(
    guess: Guess,
    find: () => Promise<T | null>,
    enter: ReturnType<typeof createLookupSlots>['enter'],
  ): Promise<T | null> => {
    if (isKnownWrong(guess.key)) return null;
    const before = exhausted(guess.address);
    const late = before !== null && isLateComer(guess);
    if (before !== null && !late) return refuse(guess, before);
    if (late) letInLate(guess);
    const leave = await enter();
    if (leave === null) return refuse(guess, 'process');
    try {
      // Others of the address may have turned out wrong while this one waited for its turn.
      const meanwhile = late ? null : exhausted(guess.address);
      if (meanwhile !== null) return refuse(guess, meanwhile);
      const value = await find();
      if (value === null) foundWrong(guess);
      else refusedAt.delete(guess.key);
      return value;
    } finally {
      leave();
    }
  };

  return {
    attempt: (guess, find) => attempt(guess, find, () => slots.enter()),
    attemptElsewhere: (guess, find) => attempt(guess, find, () => Promise.resolve(() => undefined)),
    forgetWrong() {
      wrongUntil = new BoundedMap(size);
    },
    turnsAway(guess) {
      const by = exhausted(guess.address);
      if (by === null || isKnownWrong(guess.key) || isLateComer(guess)) return false;
      countRefusal(guess, by);
      return true;
    },
  };
}
