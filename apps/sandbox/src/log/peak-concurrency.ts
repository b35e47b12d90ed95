import type { LogEntry } from './log-entry.ts';

/** The most requests that were in flight at one moment, by the provider's own account. */
export function peakConcurrency(entries: readonly LogEntry[]): number {
  const changes = entries
    .flatMap((entry) => [
      { tick: entry.arrivedTick, by: 1 },
      { tick: entry.endedTick ?? Infinity, by: -1 },
    ])
    .toSorted((a, b) => a.tick - b.tick);
  let inFlight = 0;
  return changes.reduce((peak, { by }) => Math.max(peak, (inFlight += by)), 0);
}
