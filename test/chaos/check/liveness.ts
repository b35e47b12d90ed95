import type { History, Violation } from '../history.ts';

/** Everything came to rest in the stated time, and the events have no gap. */
export function checkLiveness({ ending }: History): Violation[] {
  return [...ending.unsettled, ...ending.eventGaps].map((text) => ({
    invariant: 'liveness',
    text,
    evidence: null,
  }));
}
