import type { Attempt, Presentation } from '../history.ts';
import { slackMs } from './unknown.ts';

/**
 * Which attempt each request belongs to: of those with its token that had begun and have no request yet, the newest.
 * A holder that was stopped before it sent is thereby told from its successor.
 */
export function matchAttempts(
  presentations: readonly Presentation[],
  attempts: readonly Attempt[],
): ReadonlyMap<Presentation, Attempt> {
  const matches = new Map<Presentation, Attempt>();
  const taken = new Set<Attempt>();
  for (const presentation of presentations.toSorted((a, b) => a.arrivedTick - b.arrivedTick)) {
    const newest = attempts
      .filter((attempt) => attempt.token === presentation.token && !taken.has(attempt))
      .filter(({ startedAt }) => startedAt <= presentation.arrivedAt + slackMs)
      .toSorted((a, b) => b.startedAt - a.startedAt)[0];
    if (newest === undefined) continue;
    matches.set(presentation, newest);
    taken.add(newest);
  }
  return matches;
}
