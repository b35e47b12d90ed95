import { describe, expect, it } from 'vitest';
import { credentialStatusesBefore, credentialTransitions } from './status.ts';

describe('credential status', () => {
  it('a credential that is being revoked never comes back', () => {
    expect(credentialTransitions.revoking).toEqual([]);
  });

  it('only a grant that worked can need a new authorization', () => {
    expect(credentialStatusesBefore('reauthorization_required')).toEqual(['active']);
  });

  it('every credential can be removed', () => {
    expect(credentialStatusesBefore('revoking')).toEqual([
      'pending',
      'active',
      'reauthorization_required',
      'invalid',
    ]);
  });
});
