import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelaySeconds } from './retry-delay.ts';

const unit = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

describe('retryDelaySeconds', () => {
  it('never undercuts what the provider asked for, and adds at most a tenth', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1 }),
        fc.integer({ min: 3, max: 100_000 }),
        unit,
        (attempts, asked, random) => {
          const delay = retryDelaySeconds(attempts, asked, () => random);
          expect(delay).toBeGreaterThanOrEqual(asked);
          expect(delay).toBeLessThanOrEqual(asked * 1.1);
        },
      ),
    );
  });

  it('doubles from about two seconds and stays below fifteen minutes', () => {
    expect([1, 2, 3].map((attempts) => retryDelaySeconds(attempts, null, () => 0))).toEqual([1, 2, 4]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), unit, (attempts, random) => {
        const delay = retryDelaySeconds(attempts, null, () => random);
        expect(delay).toBeGreaterThanOrEqual(1);
        expect(delay).toBeLessThanOrEqual(900);
      }),
    );
  });

  it('spreads those that failed together', () => {
    expect(retryDelaySeconds(5, null, () => 0)).not.toBe(retryDelaySeconds(5, null, () => 0.9));
  });
});
