import { expect, it } from 'vitest';
import { planStrikes } from './schedule.ts';
import { openRandom } from '../random.ts';

function draw(seed: number): number[] {
  const random = openRandom(seed);
  return Array.from({ length: 5 }, () => random.next());
}
const durations = { kill: [0, 10], stop: [30, 40], cut: [0, 0] } as const;

it('the same seed draws the same numbers, another seed others', () => {
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

it('a fork depends on the seed and its name alone', () => {
  const used = openRandom(1);
  used.next();
  expect(used.fork('a').next()).toBe(openRandom(1).fork('a').next());
  expect(used.fork('a').next()).not.toBe(used.fork('b').next());
  expect(used.fork('a').next()).not.toBe(openRandom(2).fork('a').next());
});

it('the same seed plans the same faults, and every kind comes before one comes again', () => {
  const strikes = planStrikes(openRandom(5), 60, durations);
  expect(strikes).toEqual(planStrikes(openRandom(5), 60, durations));
  expect(strikes).not.toEqual(planStrikes(openRandom(6), 60, durations));
  expect(new Set(strikes.slice(0, 3).map(({ kind }) => kind))).toEqual(new Set(Object.keys(durations)));
  expect(strikes.every(({ atMs }) => atMs < 60_000)).toBe(true);
});
