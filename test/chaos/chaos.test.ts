import { expect, it } from 'vitest';
import { hasRedisServer } from '../support/services/local-redis.ts';
import { report } from './report.ts';
import { runChaos } from './run-chaos.ts';

it('under kills, stops, outages and a failing provider no promise is broken and no token is lost', async ({
  annotate,
}) => {
  const transport = hasRedisServer() ? 'redis' : 'postgres';
  const outcome = await runChaos({
    seconds: 45,
    seed: 20,
    transport,
    apis: 2,
    workers: 3,
    variant: 'correct',
  });
  const text = report(outcome);
  await annotate(text);
  expect(outcome.history.presentations.length).toBeGreaterThan(50);
  expect(outcome.violations, text).toEqual([]);
});
