import { Registry, collectDefaultMetrics } from 'prom-client';
import type { KeyServiceMeters } from './key-service-meters.ts';
import { leaseMeters, type LeaseMeters } from './lease-meters.ts';
import { refreshMeters, type RefreshMeters } from './refresh-meters.ts';
import { exposeState, type StateSources } from './state-gauges.ts';

/** What one process counts, what it is made of (`process_*`, `nodejs_*`), and what it shows of the state that all of them share. */
export interface Meters extends RefreshMeters, LeaseMeters {
  readonly registry: Registry;
}

interface MetersOptions {
  /** Ids of the catalogue. Any other is counted as `other`: what callers send makes no series. */
  readonly providers: readonly string[];
  readonly state: StateSources;
  readonly keyServices?: KeyServiceMeters;
}

/** One registry per runtime: several in one process, as in tests, do not meet in the global one. */
export function openMeters({ providers, state, keyServices }: MetersOptions): Meters {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const known = new Set(providers);
  const labelOf = (provider: string) => (known.has(provider) ? provider : 'other');
  exposeState(registry, labelOf, state);
  keyServices?.exposeOn(registry);
  return { registry, ...refreshMeters(registry, labelOf), ...leaseMeters(registry, labelOf) };
}
