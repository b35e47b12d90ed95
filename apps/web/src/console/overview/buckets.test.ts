import type { Overview } from '@latchkey/api/answers.ts';
import { describe, expect, it } from 'vitest';
import { bucketsOf, periodFor, rangeBetween } from './buckets.ts';

const now = Date.parse('2026-02-03T12:00:00.000Z');
const at = (minute: number) =>
  new Date(Date.parse('2026-02-03T11:00:00.000Z') + minute * 60_000).toISOString();
const overview = {
  bucketSeconds: 60,
  buckets: [0, 1, 2, 3].map((minute) => ({ at: at(minute) })),
} as Overview;

describe('the parts of a period', () => {
  it('are as fine as what is chosen allows', () => {
    expect(periodFor({}, now)).toBe('24h');
    expect(periodFor({ period: '7d' }, now)).toBe('7d');
    expect(periodFor({ from: at(10), to: at(20) }, now)).toBe('1h');
    expect(periodFor({ from: '2026-02-03T01:00:00.000Z' }, now)).toBe('24h');
    expect(periodFor({ to: at(20) }, now)).toBe('7d');
  });

  it('are those that lie in the range, and a drag chooses whole ones in either direction', () => {
    const minutes = (search: object) => bucketsOf(overview, search).map((bucket) => bucket.at);
    expect(minutes({})).toHaveLength(4);
    expect(rangeBetween(at(2), at(1), 60)).toEqual({ from: at(1), to: at(3) });
    expect(minutes(rangeBetween(at(2), at(1), 60))).toEqual([at(1), at(2)]);
    expect(minutes({ from: '2026-02-03T11:01:30.000Z' })).toEqual([at(1), at(2), at(3)]);
  });
});
