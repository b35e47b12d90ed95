import type { EventError } from '../events/index.ts';

/** One run of an authorization's work. */
export interface TimelineAttempt {
  /** From 1. */
  readonly n: number;
  /** `retrying`: it comes again at `nextAttemptAt`. `abandoned`: its worker never said how it ended. */
  readonly outcome: 'running' | 'succeeded' | 'failed' | 'retrying' | 'abandoned';
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly error: EventError | null;
  /** Of the answer to a refresh; null when none came, or none is kept. */
  readonly httpStatus: number | null;
  readonly nextAttemptAt: Date | null;
}

/** An event about the authorization. */
export interface AttemptEvent {
  readonly type: string;
  readonly time: Date;
  readonly data: {
    readonly attempt: number;
    readonly delaySeconds: number;
    readonly hastened?: boolean | undefined;
    readonly error: EventError | null;
  };
}

/** A presentation of a refresh token. */
export interface Presentation {
  readonly startedAt: Date;
  readonly providerStatus: number | null;
}

/** What happened in the runs of one authorization, oldest first. @param events in their order */
export function attemptsOf(
  events: readonly AttemptEvent[],
  presentations: readonly Presentation[],
): TimelineAttempt[] {
  const attempts: TimelineAttempt[] = [];
  const changeLast = (changes: Partial<TimelineAttempt>) => {
    const last = attempts.pop();
    if (last !== undefined) attempts.push({ ...last, ...changes });
  };
  for (const { type, time, data } of events) {
    const last = attempts.at(-1);
    const isRunning = last?.outcome === 'running';
    if (type === 'latchkey.authorization.running') {
      if (isRunning) changeLast({ outcome: 'abandoned' });
      attempts.push({
        n: data.attempt,
        outcome: 'running',
        startedAt: time,
        endedAt: null,
        error: null,
        httpStatus: null,
        nextAttemptAt: null,
      });
    } else if (type === 'latchkey.authorization.queued') {
      const nextAttemptAt = new Date(time.getTime() + data.delaySeconds * 1000);
      if (!isRunning) changeLast({ nextAttemptAt });
      // Handed to another worker, and not by the one that ran it.
      else if (data.hastened === true) changeLast({ outcome: 'abandoned', nextAttemptAt });
      else changeLast({ outcome: 'retrying', endedAt: time, error: data.error, nextAttemptAt });
    } else if (isRunning) {
      const outcome = type === 'latchkey.authorization.succeeded' ? 'succeeded' : 'failed';
      changeLast({ outcome, endedAt: time, error: outcome === 'failed' ? data.error : null });
    }
  }
  return withStatuses(attempts, presentations);
}

/** A presentation belongs to the first run that had not ended when it began. */
function withStatuses(
  attempts: readonly TimelineAttempt[],
  presentations: readonly Presentation[],
): TimelineAttempt[] {
  const statuses = new Map<number, number | null>();
  for (const { startedAt, providerStatus } of presentations) {
    const index = attempts.findIndex(({ endedAt }, at) => {
      const end = endedAt ?? attempts[at + 1]?.startedAt;
      return end === undefined || end >= startedAt;
    });
    if (index !== -1) statuses.set(index, providerStatus);
  }
  return attempts.map((attempt, index) => ({ ...attempt, httpStatus: statuses.get(index) ?? null }));
}
