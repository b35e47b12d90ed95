import type { Attempt, Disturbance, History, Presentation, Violation } from '../history.ts';
import { matchAttempts } from './match-attempts.ts';
import { slackMs } from './unknown.ts';

/** So long after an answer a process that is killed may not have written it down yet. */
const writingMs = 10_000;

/** From here on an answer may meet the deadline of its request, 15 s. */
const deadlineMs = 14_500;

/**
 * I3: every answer with tokens that was delivered in full to a process that survived is in the journal, unless the
 * credential was deleted.
 */
export function checkJournal(history: History): Violation[] {
  const { presentations, attempts, journal, deletions } = history;
  const received = new Set(journal.map(({ accessToken }) => accessToken));
  const matches = matchAttempts(presentations, attempts);
  return presentations
    .filter(({ delivered, issued }) => delivered && issued !== null && !received.has(issued.accessToken))
    .filter((presentation) => !gaveUp(presentation, matches.get(presentation)))
    .filter((presentation) => !mayHaveDied(presentation, attempts, history))
    .filter(({ token }) => {
      const owner = attempts.find((attempt) => attempt.token === token)?.credentialId;
      return owner === undefined || !deletions.has(owner);
    })
    .map((presentation) => ({
      invariant: 'I3',
      text: `the tokens of request ${presentation.sequence} were delivered and are not in the journal`,
      evidence: { presentation, attempt: matches.get(presentation) ?? null },
    }));
}

function gaveUp({ arrivedAt, answeredAt }: Presentation, attempt: Attempt | undefined): boolean {
  if (answeredAt === null || answeredAt - arrivedAt >= deadlineMs) return true;
  return attempt?.ends.some(({ byHolder, at }) => byHolder && at <= answeredAt + slackMs / 2) ?? false;
}

/** Whoever may have sent it was killed or stopped while the answer came or was being written down. */
function mayHaveDied(
  { token, arrivedAt, answeredAt }: Presentation,
  attempts: readonly Attempt[],
  { disturbances }: History,
): boolean {
  const senders = attempts
    .filter((attempt) => attempt.token === token && attempt.startedAt <= arrivedAt + slackMs)
    .map(({ pid }) => pid);
  const from = arrivedAt - slackMs;
  const to = writtenBy(answeredAt ?? arrivedAt, disturbances);
  return disturbances.some(
    (each) => each.pid !== null && senders.includes(each.pid) && each.from <= to && each.to >= from,
  );
}

/** Nothing is written down while the database is away. */
function writtenBy(answeredAt: number, disturbances: readonly Disturbance[]): number {
  return disturbances
    .filter(({ kind }) => kind.startsWith('postgres'))
    .toSorted((a, b) => a.from - b.from)
    .reduce(
      (until, { from, to }) => (from <= until ? Math.max(until, to + writingMs) : until),
      answeredAt + writingMs,
    );
}
