import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialStatusesBefore, credentialTransitions, type CredentialStatus } from './status.ts';

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

  it('however it goes, a credential that is being revoked stays so, and a dead grant was active before', () => {
    const choices = fc.array(fc.nat(), { maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom('pending' as const, 'active' as const), choices, (start, walk) => {
        const path: CredentialStatus[] = [start];
        for (const choice of walk) {
          const next: readonly CredentialStatus[] = credentialTransitions[path.at(-1) ?? start];
          if (next.length > 0) path.push(next[choice % next.length] ?? start);
        }
        expect(path.slice(0, -1)).not.toContain('revoking');
        for (const [at, status] of path.entries())
          expect(status === 'reauthorization_required' && path[at - 1] !== 'active').toBe(false);
      }),
    );
  });

  it('what may come before a status is exactly what may be followed by it', () => {
    const any = fc.constantFrom(...(Object.keys(credentialTransitions) as CredentialStatus[]));
    fc.assert(
      fc.property(any, any, (from, to) => {
        const follows = (credentialTransitions[from] as readonly CredentialStatus[]).includes(to);
        expect(credentialStatusesBefore(to).includes(from)).toBe(follows);
      }),
    );
  });
});
