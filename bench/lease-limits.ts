/** Leases with rate limits and without: what counting costs the hot path, with Redis where there is one. */
import { compareApis } from './support/compare-apis.ts';
import { readRounds } from './support/read-rounds.ts';

await compareApis(
  'limits',
  [
    { name: 'off', env: { RATE_LIMITS: 'off' } },
    // Enough for what this machine can do, so that all are counted and none is refused.
    { name: 'on', env: { RATE_LIMITS: 'lease=1000000/60' } },
  ],
  readRounds(),
);
