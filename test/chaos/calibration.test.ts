import { describe, expect, it } from 'vitest';
import { hasRedisServer } from '../support/services/local-redis.ts';
import { answerComesLate, holderStops } from './focus/scenarios.ts';
import { runScenarios } from './focus/run-scenario.ts';
import type { Variant } from './options.ts';
import type { Scenario } from './focus/scenarios.ts';

const transport = hasRedisServer() ? 'redis' : 'postgres';

async function found(variant: Variant, ...scenarios: Scenario[]) {
  const violations = await runScenarios({ variant, transport }, scenarios);
  return [...new Set(violations.map(({ invariant }) => invariant))];
}

/** A checker that finds nothing proves something only if it finds what is there. */
describe.concurrent('the checker', () => {
  it('finds nothing wrong with the lease of the product', async () => {
    const violations = await runScenarios({ variant: 'correct', transport }, [holderStops, answerComesLate]);
    expect(violations).toEqual([]);
  });

  it('finds that without a lease two requests are in flight at once', async () => {
    expect(await found('no-lease', holderStops)).toContain('I2');
  });

  it('finds that a lock with a lifetime lets two requests be in flight at once', async () => {
    expect(await found('ttl-lock', holderStops)).toContain('I2');
  });

  it('finds that without a fence a late answer replaces a newer token', async () => {
    expect(await found('no-fence', answerComesLate)).toContain('I5');
  });
});
