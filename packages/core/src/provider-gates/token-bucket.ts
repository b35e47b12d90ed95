/** The bucket holds half a second's worth: the other half of the burst is what processes took and did not spend yet. */
const heldSeconds = 0.5;

/** Permits that a process took are good for this long. */
export const permitSeconds = heldSeconds;

/** One statement fetches at most so many permits. */
export const largestBlock = 50;

/** @param rate permits per second */
export function capacityOf(rate: number): number {
  return Math.max(1, rate * heldSeconds);
}

/** Permits in the bucket after so many seconds. A clock that went back adds nothing. */
export function refill(tokens: number, rate: number, elapsedSeconds: number): number {
  return Math.min(capacityOf(rate), tokens + rate * Math.max(0, elapsedSeconds));
}

/**
 * How many permits to fetch next: as many as are waited for, and more while blocks are used up in time, so that a busy
 * process rarely asks and an idle one wastes nothing.
 * @param spent how many of the last block were spent before it expired
 */
export function nextBlock(
  rate: number,
  { waiting, last, spent }: { waiting: number; last: number; spent: number },
): number {
  const ahead = Math.min(spent >= last ? last * 2 : spent, Math.floor(rate / 10));
  return Math.min(largestBlock, Math.max(1, waiting, ahead));
}
