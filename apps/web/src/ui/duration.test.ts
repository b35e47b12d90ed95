import { expect, it } from 'vitest';
import { duration } from './duration.ts';

it('says a duration in its two largest units', () => {
  expect([0, 0.4, 59, 65, 3600, 90_061].map((seconds) => duration(seconds, 'en'))).toEqual([
    '0 sec',
    '0 sec',
    '59 sec',
    '1 min 5 sec',
    '1 hr',
    '1 day 1 hr',
  ]);
});
