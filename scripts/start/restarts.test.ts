import { expect, it } from 'vitest';
import { restartDelays } from './restarts.ts';

it('waits longer each time, up to the last delay, and anew after a long life', () => {
  let now = 0;
  const delays = restartDelays([1, 10, 60], () => now);
  delays.started();
  expect([delays.next(), delays.next(), delays.next(), delays.next()]).toEqual([1, 10, 60, 60]);
  delays.started();
  now += 599_999;
  expect(delays.next()).toBe(60);
  now += 1;
  expect(delays.next()).toBe(1);
});
