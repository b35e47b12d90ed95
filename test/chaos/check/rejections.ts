import type { History, Violation, Write } from '../history.ts';
import { slackMs, unknownRecorded } from './unknown.ts';

export function isGivenUp({ status }: Write): boolean {
  return status.after === 'reauthorization_required' && status.before !== status.after;
}

/** I6: a credential is given up only after the provider rejected its token, or after a recorded unknown. */
export function checkRejections({ writes, presentations, attempts }: History): Violation[] {
  return writes
    .filter(isGivenUp)
    .filter((write) => !unknownRecorded(attempts, write.token, write.at))
    .filter(
      ({ token, at }) =>
        !presentations.some(
          (each) => each.token === token && each.error === 'invalid_grant' && each.arrivedAt <= at + slackMs,
        ),
    )
    .map((write) => ({
      invariant: 'I6',
      text: `${write.credentialId} was given up (${write.errorCode}) though the provider had not rejected its token`,
      evidence: write,
    }));
}
