import type { History, Violation, Write } from '../history.ts';
import { isGivenUp } from './rejections.ts';
import { unknownRecorded } from './unknown.ts';

/** Credentials that were given up although nobody had taken the access back. */
export function lostTokens({ writes }: History): Write[] {
  return writes.filter(isGivenUp);
}

/**
 * Nobody takes access back in a run: no credential may end up asking for a person, except where the provider rotates
 * strictly and an unknown outcome was recorded, and said so.
 */
export function checkLostTokens(history: History): Violation[] {
  return lostTokens(history)
    .filter(
      ({ policy, errorCode, token, at }) =>
        policy !== 'strict' ||
        errorCode !== 'refresh_outcome_unknown' ||
        !unknownRecorded(history.attempts, token, at),
    )
    .map((write) => ({
      invariant: 'lost',
      text: `${write.credentialId} (${write.policy}) was lost: ${write.errorCode}`,
      evidence: {
        write,
        attempts: history.attempts.filter(({ token }) => token === write.token),
        presentations: history.presentations.filter(({ token }) => token === write.token),
      },
    }));
}
