import type { Attempt, History, Presentation, Violation } from '../history.ts';
import { matchAttempts } from './match-attempts.ts';
import { leaseMs, slackMs } from './unknown.ts';

/**
 * I2: at most one refresh request of a grant is in flight, seen from the provider. A provider may still be busy with one
 * that its sender has given up, and says nothing of that: such a request counts no more once its end was recorded by its
 * holder, or once it was taken over after its lease was over.
 */
export function checkInFlight({ presentations, attempts }: History): Violation[] {
  const matches = matchAttempts(presentations, attempts);
  return overlaps(presentations)
    .filter(({ earlier, later }) => !isOver(earlier, matches.get(earlier), later, matches.get(later)))
    .map(({ earlier, later }) => ({
      invariant: 'I2',
      text: `two requests of one grant were in flight at once (${earlier.sequence} and ${later.sequence})`,
      evidence: { earlier, later, attempts: [matches.get(earlier), matches.get(later)] },
    }));
}

/** The most requests of one grant that were in flight at once, by the rule of I2. */
export function mostInFlight(history: History): number {
  if (history.presentations.length === 0) return 0;
  const overlapping = checkInFlight(history).map(
    ({ evidence }) => (evidence as { later: Presentation }).later,
  );
  const counts = Map.groupBy(overlapping, ({ sequence }) => sequence).values();
  return 1 + Math.max(0, ...counts.map((same) => same.length));
}

function overlaps(presentations: readonly Presentation[]) {
  return [...Map.groupBy(presentations, ({ grantId }) => grantId).values()].flatMap((ofGrant) => {
    const sorted = ofGrant.toSorted((a, b) => a.arrivedTick - b.arrivedTick);
    return sorted.flatMap((later, index) =>
      sorted
        .slice(0, index)
        .filter((earlier) => earlier.endedTick > later.arrivedTick)
        .map((earlier) => ({ earlier, later })),
    );
  });
}

function isOver(
  earlier: Presentation,
  first: Attempt | undefined,
  later: Presentation,
  second: Attempt | undefined,
): boolean {
  if (first === undefined || second === undefined) return false;
  const endedByHolder = first.ends.some(({ at, byHolder }) => byHolder && at <= later.arrivedAt + slackMs);
  const takenOver =
    second.startedAt - first.startedAt >= leaseMs - slackMs &&
    earlier.arrivedAt <= second.startedAt + slackMs;
  return endedByHolder || takenOver;
}
