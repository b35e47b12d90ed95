import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostAttempts } from '../authorizations/run.ts';
import { plan } from './plan-retry.ts';

const facts = fc.record({
  tries: fc.integer({ min: 1, max: 50 }),
  failures: fc.integer({ min: 0, max: 10_000 }),
});
const retryAfter = fc.option(fc.integer({ min: 0, max: 86_400 }));
const deferral = fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 1e6, noNaN: true }));
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const atOnce = { late: 0, atIt: 0, grace: null };

describe('plan', () => {
  it('neither what the provider asked for, nor a deferral, nor the time that it may still be at it is ever undercut', () => {
    fc.assert(
      fc.property(facts, retryAfter, deferral, deferral, random, (at, asked, deferred, working, chance) => {
        const retry = plan(at, asked, { late: deferred, atIt: working, grace: null }, () => chance);
        expect(retry.delaySeconds).toBeGreaterThanOrEqual(deferred);
        expect(retry.nextRefreshSeconds).toBeGreaterThanOrEqual(deferred);
        for (const seconds of [retry.delaySeconds, retry.backOffSeconds, retry.nextRefreshSeconds]) {
          expect(seconds).toBeGreaterThanOrEqual(asked ?? 0);
          expect(seconds).toBeGreaterThanOrEqual(working);
          expect(seconds).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('whoever waits for a token is told to come back within a minute, unless the provider or a deferral says more', () => {
    fc.assert(
      fc.property(facts, random, (at, chance) => {
        expect(plan(at, null, atOnce, () => chance).backOffSeconds).toBeLessThanOrEqual(60);
      }),
    );
  });

  it('while a grace runs no pause takes more than a tenth of what is left of it, and the authorization goes on', () => {
    fc.assert(
      fc.property(
        facts,
        retryAfter,
        deferral,
        fc.integer({ min: 1, max: 3600 }),
        (at, asked, working, grace) => {
          const retry = plan(at, asked, { late: 0, atIt: working, grace });
          expect(retry.delaySeconds).toBeLessThanOrEqual(Math.max(1, grace / 10));
          expect(retry.nextRefreshSeconds).toBe(retry.delaySeconds);
          expect(retry.queue).toBe(true);
        },
      ),
    );
  });

  it('the schedule backs off to a quarter of an hour, and no further', () => {
    fc.assert(
      fc.property(facts, random, (at, chance) => {
        expect(plan(at, null, atOnce, () => chance).nextRefreshSeconds).toBeLessThanOrEqual(900);
      }),
    );
    expect(plan({ tries: 6, failures: 20 }, null, atOnce, () => 0).nextRefreshSeconds).toBe(450);
  });

  it('an authorization ends after its last try, but waits for a deferred presentation whatever came before', () => {
    const last = { tries: mostAttempts.refresh_token, failures: 5 };
    expect(plan({ ...last, tries: last.tries - 1 }, null, atOnce).queue).toBe(true);
    expect(plan(last, null, atOnce).queue).toBe(false);
    expect(plan(last, null, { late: 300, atIt: 0, grace: null }).queue).toBe(true);
  });

  it('failures are counted in a row', () => {
    fc.assert(
      fc.property(facts, (at) => {
        expect(plan(at, null, atOnce).failures).toBe(at.failures + 1);
      }),
    );
  });
});
