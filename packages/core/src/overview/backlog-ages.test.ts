import { expect, it } from 'vitest';
import { backlogAges } from './backlog-ages.ts';
import { bucketsOf } from './periods.ts';

const now = new Date('2026-01-01T12:00:30Z');
const buckets = bucketsOf('1h', now);
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

it('parts of a period are aligned, and the last one holds this moment', () => {
  expect(buckets).toMatchObject({
    from: new Date('2026-01-01T11:01:00Z'),
    to: new Date('2026-01-01T12:01:00Z'),
  });
});

it('what waits through several parts grows older from one to the next, until it begins', () => {
  const ages = backlogAges(buckets, [{ since: ago(210), until: ago(70) }], now);
  // 11:57:00 to 11:59:20
  expect(ages.slice(-5)).toEqual([0, 60, 120, 140, 0]);
});

it('what has not begun yet is as old as it is now', () => {
  const ages = backlogAges(buckets, [{ since: ago(90), until: null }], now);
  expect(ages.slice(-3)).toEqual([0, 60, 90]);
});

it('the oldest counts, and a short wait counts where it ended', () => {
  const waits = [
    { since: ago(12), until: ago(10) },
    { since: ago(9), until: ago(8) },
  ];
  expect(backlogAges(buckets, waits, now).slice(-2)).toEqual([0, 2]);
});
