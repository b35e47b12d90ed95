/** So many at once, refilled evenly within so many seconds: `count / seconds` per second for good. */
export interface Limit {
  /** As configuration, headers and Redis name it, such as `lease.token`. */
  readonly name: string;
  readonly count: number;
  readonly seconds: number;
}

/** How much of a limit somebody has used, by a clock of milliseconds. */
export interface Bucket {
  used: number;
  at: number;
}

export function emptyBucket(now: number): Bucket {
  return { used: 0, at: now };
}

/** What has run out of it since the last look is no longer used. */
function drain(bucket: Bucket, { count, seconds }: Limit, now: number): void {
  const gone = (Math.max(0, now - bucket.at) * count) / (seconds * 1000);
  bucket.used = Math.max(0, bucket.used - gone);
  bucket.at = now;
}

/** How many more fit into it now. */
export function roomIn(bucket: Bucket, limit: Limit, now: number): number {
  drain(bucket, limit, now);
  return limit.count - bucket.used;
}

/** Puts one in; a full one stays full. */
export function fillBucket(bucket: Bucket, limit: Limit, now: number): void {
  drain(bucket, limit, now);
  bucket.used = Math.min(limit.count, bucket.used + 1);
}

/** Seconds until one more fits in; 0 when it does now. */
export function secondsUntilRoom(bucket: Bucket, limit: Limit, now: number): number {
  const missing = 1 - roomIn(bucket, limit, now);
  return Math.max(0, (missing * limit.seconds) / limit.count);
}
