import { Counter, Histogram, type Registry } from 'prom-client';
import type { FailureCode } from '../errors.ts';
import type { RefreshOutcome } from '../events/refresh-facts.ts';

interface EndedRefresh {
  readonly provider: string;
  readonly outcome: RefreshOutcome;
  readonly takeover: boolean;
  /** How long the call to the provider took; null when there was none. */
  readonly seconds: number | null;
}

const spillResults = ['written', 'full', 'failed', 'replayed'] as const;
type SpillResult = (typeof spillResults)[number];

/** Called after the commit: one that is repeated must not count twice. */
export interface RefreshMeters {
  refreshEnded(refresh: EndedRefresh): void;
  /** What was decided about a token whose last presentation has no known end. */
  takeoverDecided(takeover: {
    readonly provider: string;
    readonly decision: 'present' | 'deferred' | 'adopted';
  }): void;
  reauthorizationRequired(demand: { readonly provider: string; readonly reason: FailureCode }): void;
  /** What became of an answer that the database did not take, or of its file. */
  spilled(result: SpillResult): void;
}

export function refreshMeters(registry: Registry, labelOf: (provider: string) => string): RefreshMeters {
  const registers = [registry];
  const refreshes = new Counter({
    name: 'latchkey_refreshes_total',
    help: 'Refreshes that ended, by what came of them.',
    labelNames: ['provider', 'outcome', 'takeover'],
    registers,
  });
  const durations = new Histogram({
    name: 'latchkey_refresh_duration_seconds',
    help: 'Time that the provider took to answer a refresh, or to fail.',
    labelNames: ['provider'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers,
  });
  const takeovers = new Counter({
    name: 'latchkey_refresh_takeovers_total',
    help: 'Decisions about a token whose last presentation has no known end.',
    labelNames: ['provider', 'decision'],
    registers,
  });
  const demands = new Counter({
    name: 'latchkey_reauthorizations_required_total',
    help: 'Credentials whose account a person must connect again.',
    labelNames: ['provider', 'reason'],
    registers,
  });
  const spills = new Counter({
    name: 'latchkey_spills_total',
    help: 'Token answers that went to a file since the database did not take them, and what became of the files.',
    labelNames: ['result'],
    registers,
  });
  // An alert on a series that does not exist yet misses its first rise.
  for (const result of spillResults) spills.inc({ result }, 0);
  return {
    refreshEnded({ provider, outcome, takeover, seconds }) {
      refreshes.inc({ provider: labelOf(provider), outcome, takeover: String(takeover) });
      if (seconds !== null) durations.observe({ provider: labelOf(provider) }, seconds);
    },
    takeoverDecided: ({ provider, decision }) => takeovers.inc({ provider: labelOf(provider), decision }),
    reauthorizationRequired: ({ provider, reason }) => demands.inc({ provider: labelOf(provider), reason }),
    spilled: (result) => spills.inc({ result }),
  };
}
