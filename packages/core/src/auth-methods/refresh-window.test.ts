import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextRefreshInSeconds } from './refresh-window.ts';

const life = fc.integer({ min: 2, max: 400 * 86_400 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const idleDays = fc.option(fc.integer({ min: 1, max: 365 }));
const kept = { refreshTokenPresent: true, oldAccessTokenSurvives: true };

describe('nextRefreshInSeconds', () => {
  it('is before the end of every token that lives at all, and never at once', () => {
    fc.assert(
      fc.property(life, random, fc.boolean(), idleDays, (seconds, chance, oldAccessTokenSurvives, days) => {
        const next = nextRefreshInSeconds(
          seconds,
          { refreshTokenPresent: true, oldAccessTokenSurvives, idleDays: days },
          chance,
        );
        expect(next).toBeGreaterThanOrEqual(1);
        expect(next).toBeLessThan(seconds);
      }),
    );
  });

  it('leaves at least two fifths of a life: short-lived tokens are not refreshed in a loop', () => {
    fc.assert(
      fc.property(life, random, (seconds, chance) => {
        const next = nextRefreshInSeconds(seconds, kept, chance) ?? 0;
        expect(next).toBeGreaterThanOrEqual(Math.floor(seconds * 0.4));
      }),
    );
  });

  it('is in the last two minutes and a bit where a refresh ends the token before it', () => {
    fc.assert(
      fc.property(life, random, (seconds, chance) => {
        const next = nextRefreshInSeconds(seconds, { ...kept, oldAccessTokenSurvives: false }, chance) ?? 0;
        expect(seconds - next).toBeLessThanOrEqual(145);
      }),
    );
  });

  it('comes well before an idle grant ends, whatever the life of its token', () => {
    fc.assert(
      fc.property(fc.option(life), random, fc.integer({ min: 1, max: 365 }), (seconds, chance, days) => {
        const next = nextRefreshInSeconds(seconds, { ...kept, idleDays: days }, chance) ?? Infinity;
        expect(next).toBeLessThanOrEqual(days * 86_400 * 0.5);
      }),
    );
  });

  it('is never without a refresh token', () => {
    fc.assert(
      fc.property(fc.option(life), idleDays, (seconds, days) => {
        const none = { refreshTokenPresent: false, oldAccessTokenSurvives: true, idleDays: days };
        expect(nextRefreshInSeconds(seconds, none)).toBeNull();
      }),
    );
  });
});
