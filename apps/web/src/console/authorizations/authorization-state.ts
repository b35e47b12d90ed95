import type { Authorization } from '@latchkey/api/answers.ts';
import type { Tone } from '../../ui/credential-state.ts';

const tones: Readonly<Record<Authorization['status'], Tone>> = {
  awaiting_consent: 'busy',
  queued: 'busy',
  running: 'busy',
  succeeded: 'good',
  failed: 'bad',
  expired: 'quiet',
  cancelled: 'quiet',
};

/** What waits for another attempt after a failed one is a warning. */
export function authorizationTone({ status, error }: Pick<Authorization, 'status' | 'error'>): Tone {
  return status === 'queued' && error !== null ? 'warning' : tones[status];
}

/** What has begun goes on, and a credential that is being removed is out of use already. */
export function canCancel({ status, kind }: Pick<Authorization, 'status' | 'kind'>): boolean {
  return kind !== 'revoke' && (status === 'awaiting_consent' || status === 'queued');
}
