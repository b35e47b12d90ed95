import { settles } from '../queues/time-limit.ts';
import { BoundedMap } from './bounded-map.ts';
import { emptyBucket, fillBucket, roomIn, secondsUntilRoom, type Bucket, type Limit } from './bucket.ts';
import type { Shares } from './redis-shares.ts';

/** What became of one request. */
export interface Taken {
  readonly allowed: boolean;
  /** How many more would be let through now. */
  readonly remaining: number;
  /** Seconds until one more is let through. */
  readonly retryAfterSeconds: number;
  /** Seconds until all of the limit is there again. */
  readonly fullAfterSeconds: number;
}

export interface Limiter {
  /** Counts at once by what this process knows; the others are told behind the request. */
  take(limit: Limit, id: string): Taken;
  /** What `take` would say, without counting. */
  look(limit: Limit, id: string): Taken;
  /** Asks what the others counted before it lets one through; not for longer than 50 ms, then as `take`. */
  takeTogether(limit: Limit, id: string): Promise<Taken>;
  close(): void;
}

interface Count extends Bucket {
  readonly limit: Limit;
  readonly id: string;
  /** Let through, and not told to the others. */
  untold: number;
}

interface LimiterOptions {
  /** Null: each process counts for itself. */
  readonly shares: Shares | null;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Counts in memory per limit; whoever was not seen for longest is forgotten first. */
  readonly size?: number;
}

/** Between two reports to the other processes. */
const tellEveryMs = 50;
/** Who has used less than this share of a limit is not worth a report: so do floods from many addresses cost no more. */
const worthTelling = 1 / 100;
const mostPerReport = 500;
/** So long a request may wait for a report. While one takes longer, no other request waits. */
const patienceMs = 50;
/** After a report that failed nobody makes another one. */
const quietMs = 1_000;

const afterInput = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/**
 * Counts requests against limits, in memory. With `shares` the processes count together: what one lets through reaches
 * the others within about `tellEveryMs`, and while it does not, each goes on by itself.
 */
export function openLimiter({
  shares,
  now = () => performance.now(),
  size = 20_000,
}: LimiterOptions): Limiter {
  const counts = new Map<string, BoundedMap<Count>>();
  const untold = new Set<Count>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<ReadonlySet<Count>> | null = null;
  let quietUntil = -Infinity;
  let reportedAt = Infinity;
  const heard = () => shares !== null && now() >= quietUntil && shares.ready();

  const newCount = (limit: Limit, id: string): Count => ({ ...emptyBucket(now()), limit, id, untold: 0 });

  const countOf = (limit: Limit, id: string): Count => {
    const ofLimit = counts.get(limit.name) ?? new BoundedMap<Count>(size);
    counts.set(limit.name, ofLimit);
    return ofLimit.use(id, () => newCount(limit, id));
  };

  const describe = (count: Count, allowed: boolean): Taken => {
    const { limit } = count;
    const remaining = Math.max(0, Math.floor(roomIn(count, limit, now())));
    return {
      allowed,
      remaining,
      retryAfterSeconds: secondsUntilRoom(count, limit, now()),
      fullAfterSeconds: (count.used * limit.seconds) / limit.count,
    };
  };

  /** @returns those whose limit is overrun by all processes together */
  const tell = async (): Promise<ReadonlySet<Count>> => {
    const over = new Set<Count>();
    const batch = [...untold].slice(0, mostPerReport);
    const report = batch.map((count) => ({ limit: count.limit, id: count.id, count: count.untold }));
    for (const count of batch) {
      untold.delete(count);
      count.untold = 0;
    }
    if (batch.length === 0 || shares === null || !heard()) return over;
    reportedAt = now();
    try {
      const used = await shares.add(report);
      for (const [index, count] of batch.entries()) learn(count, used[index] ?? 0, over);
    } catch {
      quietUntil = now() + quietMs;
    }
    reportedAt = Infinity;
    if (untold.size > 0) tellSoon();
    return over;
  };

  const learn = (count: Count, used: number, over: Set<Count>) => {
    const { limit } = count;
    roomIn(count, limit, now());
    if (used > limit.count) over.add(count);
    count.used = Math.min(limit.count, Math.max(count.used, used + count.untold));
  };

  /** One report at a time: the one that is made now or after the running one has everything that is untold by then. */
  const tellNow = (): Promise<ReadonlySet<Count>> => {
    next ??= running.then(() => {
      next = null;
      const told = tell();
      running = told;
      return told;
    });
    return next;
  };

  const tellSoon = () => {
    timer ??= setTimeout(() => {
      timer = null;
      void tellNow();
    }, tellEveryMs).unref();
  };

  const fill = (count: Count): boolean => {
    const { limit } = count;
    if (roomIn(count, limit, now()) < 1) return false;
    fillBucket(count, limit, now());
    if (shares === null) return true;
    count.untold += 1;
    if (count.untold >= limit.count * worthTelling) {
      untold.add(count);
      tellSoon();
    }
    return true;
  };

  return {
    look(limit, id) {
      const count = counts.get(limit.name)?.peek(id) ?? newCount(limit, id);
      return describe(count, roomIn(count, limit, now()) >= 1);
    },
    take(limit, id) {
      const count = countOf(limit, id);
      return describe(count, fill(count));
    },
    async takeTogether(limit, id) {
      const count = countOf(limit, id);
      if (!fill(count)) return describe(count, false);
      if (!heard() || now() - reportedAt > patienceMs) return describe(count, true);
      untold.add(count);
      const told = tellNow();
      if (!(await settles(patienceMs, told))) {
        // A process that is busy itself finds the time over before it has read the answer.
        await afterInput();
        if (!(await settles(0, told))) return describe(count, true);
      }
      return describe(count, !(await told).has(count));
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      shares?.close();
    },
  };
}
