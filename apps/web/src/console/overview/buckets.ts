import type { Overview } from '@latchkey/api/answers.ts';
import type { OverviewPeriod } from '../../api/overview.ts';
import { isFixed, periods, type PeriodSearch } from '../../ui/period.ts';

export type Bucket = Overview['buckets'][number];

export const overviewPeriods = ['1h', '24h', '7d'] as const satisfies readonly OverviewPeriod[];

/** The shortest period, and so the finest, that reaches back to where the charts begin. @param now milliseconds */
export function periodFor(search: PeriodSearch, now: number): OverviewPeriod {
  const { period, from } = search;
  if (!isFixed(search)) return overviewPeriods.find((name) => name === period) ?? '24h';
  const back = now - Date.parse(from ?? '1970-01-01T00:00:00Z');
  return overviewPeriods.find((name) => back <= periods[name]) ?? '7d';
}

/** Those that lie in the chosen range, in part or wholly. */
export function bucketsOf({ buckets, bucketSeconds }: Overview, { from, to }: PeriodSearch): Bucket[] {
  const first = from === undefined ? -Infinity : Date.parse(from);
  const end = to === undefined ? Infinity : Date.parse(to);
  return buckets.filter(({ at }) => {
    const begin = Date.parse(at);
    return begin + bucketSeconds * 1000 > first && begin < end;
  });
}

/** The range that a drag from one bucket to another chooses, in either direction. */
export function rangeBetween(
  one: string,
  other: string,
  bucketSeconds: number,
): { from: string; to: string } {
  const ends = [Date.parse(one), Date.parse(other)];
  return {
    from: new Date(Math.min(...ends)).toISOString(),
    to: new Date(Math.max(...ends) + bucketSeconds * 1000).toISOString(),
  };
}
