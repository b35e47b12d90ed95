import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideLease } from './decide-lease.ts';
import type { LeaseRow } from './read-credentials.ts';

const row: LeaseRow = {
  id: 'cred_1',
  workspaceId: 'ws_1',
  provider: 'notion',
  name: 'Notion',
  authMethod: 'oauth2',
  status: 'active',
  scopes: [],
  keySalt: Buffer.alloc(32),
  sealed: Buffer.alloc(1),
  tokenVersion: 1,
  expiresAt: new Date(),
  lastErrorCode: null,
  lastErrorMessage: null,
  secondsLeft: 3000,
  lifetimeSeconds: 3600,
};

const decide = (changes: Partial<LeaseRow>, minTtlSeconds = 60) =>
  decideLease({ ...row, ...changes }, 'notion', minTtlSeconds);

describe('decideLease', () => {
  it('hands out a token that lives long enough, and refreshes one that does not', () => {
    expect(decide({ secondsLeft: 60 })).toEqual({ kind: 'serve' });
    expect(decide({ secondsLeft: 59.9 })).toEqual({ kind: 'refresh' });
    expect(decide({ secondsLeft: -5 })).toEqual({ kind: 'refresh' });
  });

  it('hands out keys, and tokens without an expiry, whatever the time asked for', () => {
    expect(decide({ authMethod: 'api_key', secondsLeft: null }, 86_400)).toEqual({ kind: 'serve' });
    expect(decide({ secondsLeft: null, lifetimeSeconds: null }, 86_400)).toEqual({ kind: 'serve' });
  });

  it('does not refresh in a loop for a time that no token of the provider reaches', () => {
    expect(decide({ secondsLeft: 3599 }, 7200)).toEqual({ kind: 'refuse', code: 'min_ttl_unavailable' });
  });

  it('a credential of another provider does not exist', () => {
    expect(decideLease(row, 'dropbox', 60)).toEqual({ kind: 'refuse', code: 'credential_not_found' });
    expect(decideLease(null, 'notion', 60)).toEqual({ kind: 'refuse', code: 'credential_not_found' });
  });

  it('nothing is handed out of a credential that is not active', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('pending', 'invalid', 'reauthorization_required', 'revoking'),
        fc.integer({ min: -100, max: 100_000 }),
        (status, secondsLeft) => {
          expect(decide({ status, secondsLeft }).kind).not.toBe('serve');
        },
      ),
    );
  });
});
