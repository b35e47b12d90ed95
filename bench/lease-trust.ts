/** What the audit and row-level security cost a lease: each left out, and both, against the product as it is. */
import { fileURLToPath } from 'node:url';
import { compareApis } from './support/compare-apis.ts';
import { readRounds } from './support/read-rounds.ts';

const withoutAudit = {
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('support/without-audit.mjs', import.meta.url))}`,
};
const withoutPolicies = { ROW_LEVEL_SECURITY: 'off' };
const limits = { RATE_LIMITS: 'off' };

await compareApis(
  'without',
  [
    { name: 'audit and row-level security', env: { ...limits, ...withoutAudit, ...withoutPolicies } },
    { name: 'audit', env: { ...limits, ...withoutAudit } },
    { name: 'row-level security', env: { ...limits, ...withoutPolicies } },
    { name: 'neither: the product', env: limits },
  ],
  readRounds(),
);
