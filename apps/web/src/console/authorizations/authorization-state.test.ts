import { describe, expect, it } from 'vitest';
import { authorizationTone, canCancel } from './authorization-state.ts';
import { statuses } from './search.ts';

const error = { code: 'provider_unavailable', message: '', retryable: true, actor: 'nobody' } as const;

describe('the state of an authorization', () => {
  it('is good only when it succeeded, and a warning while it is tried again', () => {
    expect(statuses.filter((status) => authorizationTone({ status, error: null }) === 'good')).toEqual([
      'succeeded',
    ]);
    expect(authorizationTone({ status: 'queued', error })).toBe('warning');
    expect(authorizationTone({ status: 'cancelled', error })).toBe('quiet');
  });

  it('can be cancelled before it begins, but never a removal', () => {
    expect(statuses.filter((status) => canCancel({ status, kind: 'refresh_token' }))).toEqual([
      'awaiting_consent',
      'queued',
    ]);
    expect(canCancel({ status: 'queued', kind: 'revoke' })).toBe(false);
  });
});
