import { beginningOf, type Buckets } from './periods.ts';

/** Work that should have begun at one moment and did at another; null: it has not yet. */
export interface Wait {
  readonly since: Date;
  readonly until: Date | null;
}

/**
 * How long the oldest work had waited in each part, in seconds: what waits through several parts grows older from one to
 * the next.
 */
export function backlogAges(buckets: Buckets, waits: readonly Wait[], now: Date): number[] {
  return Array.from({ length: buckets.count }, (_, index) => {
    const begins = beginningOf(buckets, index).getTime();
    const ends = Math.min(beginningOf(buckets, index + 1).getTime(), now.getTime());
    let longest = 0;
    for (const { since, until } of waits) {
      const over = Math.min(until?.getTime() ?? ends, ends);
      if (over >= begins) longest = Math.max(longest, over - since.getTime());
    }
    return longest / 1000;
  });
}
