import { expect, it } from 'vitest';
import { maskLease } from './mask.ts';

it('shows of a secret what tells it from another, and no more', () => {
  const lease = { leaseId: 'lease_1', type: 'oauth2', accessToken: 'at_0123456789', expiresAt: null };
  expect(maskLease(lease)).toEqual({ ...lease, accessToken: 'at_••••••••' });
  expect(maskLease({ type: 'api_key', fields: { apiKey: 'sbx_valid_secret_of_mine', pin: '123' } })).toEqual({
    type: 'api_key',
    fields: { apiKey: 'sbx_••••••••', pin: '••••••••' },
  });
});
