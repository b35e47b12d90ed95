import type { FaultInput } from '@latchkey/sandbox';
import type { FaultKind, FaultKinds } from './fault-kind.ts';
import type { Strike } from './schedule.ts';

type Effect = Omit<FaultInput, 'provider' | 'endpoint' | 'times' | 'grantId'>;

/** The next refreshes at one provider go wrong. */
function nextRefreshes(
  effect: (strike: Strike) => Effect,
  duration: FaultKind['duration'] = [0, 0],
): FaultKind {
  return {
    duration,
    strike: async ({ sandbox, disturbances }, strike) => {
      const { provider, times, kind } = strike;
      disturbances.add({ kind, pid: null, what: `${times} at ${provider}` });
      await sandbox.addFault({ ...effect(strike), provider, times, endpoint: 'token.refresh' } as FaultInput);
      return true;
    },
  };
}

export const providerFaults: FaultKinds = {
  'provider-hang': nextRefreshes(() => ({ fault: 'hang' })),
  'provider-hang-after': nextRefreshes(() => ({ fault: 'hang', phase: 'after' })),
  'provider-reset-before': nextRefreshes(() => ({ fault: 'reset_before_commit' })),
  'provider-reset-after': nextRefreshes(() => ({ fault: 'reset_after_commit' })),
  'provider-truncated': nextRefreshes(() => ({ fault: 'truncated_body' })),
  'provider-429': nextRefreshes(({ index }) => ({
    fault: 'rate_limited',
    retryAfterSeconds: 1 + (index % 5),
  })),
  'provider-503': nextRefreshes(() => ({ fault: 'server_error', status: 503 })),
  'provider-500-after': nextRefreshes(() => ({ fault: 'server_error', status: 500, committed: true })),
  'provider-html': nextRefreshes(({ index }) => ({ fault: 'html', committed: index % 2 === 0 })),
  'provider-slow': nextRefreshes(
    ({ durationMs }) => ({ fault: 'delay', ms: durationMs, phase: 'after' }),
    [2_000, 13_000],
  ),
  // Beyond the deadline of a provider call, 15 s.
  'provider-too-slow': nextRefreshes(
    ({ durationMs }) => ({ fault: 'delay', ms: durationMs }),
    [16_000, 20_000],
  ),
};
