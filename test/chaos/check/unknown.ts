import type { Attempt, AttemptEnd } from '../history.ts';

/** Of a holder's lease: nobody may call a presentation over before, except its holder. */
export const leaseMs = 25_000;

/** Clocks of the tables and of the provider are the same; a commit is visible a moment before its row says so. */
export const slackMs = 100;

function isKnown({ startedAt }: Attempt, { state, at, byHolder }: AttemptEnd): boolean {
  return state === 'unknown' && (byHolder || at - startedAt >= leaseMs - slackMs);
}

/**
 * Whether an attempt with this token was recorded as unknown before that time, rightly: by its holder, or by a
 * successor when the lease was over.
 */
export function unknownRecorded(attempts: readonly Attempt[], token: string | null, before: number): boolean {
  return attempts.some(
    (attempt) =>
      attempt.token === token &&
      token !== null &&
      attempt.ends.some((end) => isKnown(attempt, end) && end.at <= before + slackMs),
  );
}
