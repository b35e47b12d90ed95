import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideLease, type LeaseWish } from './decide-lease.ts';
import type { LeaseRow } from './read-credentials.ts';

const row: LeaseRow = {
  id: 'cred_1',
  workspaceId: 'ws_1',
  provider: 'notion',
  name: 'Notion',
  authMethod: 'oauth2',
  status: 'active',
  owner: null,
  visibility: 'workspace',
  scopes: [],
  keySalt: Buffer.alloc(32),
  sealed: Buffer.alloc(1),
  tokenVersion: 1,
  expiresAt: new Date(),
  lastErrorCode: null,
  lastErrorMessage: null,
  secondsLeft: 3000,
  lifetimeSeconds: 3600,
  refreshNotBeforeSeconds: null,
};

const actor = { type: 'service_token', role: 'runner', subject: null } as const;
const wish = { actor, provider: 'notion', minTtlSeconds: 60, waitSeconds: 10 };
const decide = (changes: Partial<LeaseRow>, wished: Partial<LeaseWish> = {}) =>
  decideLease({ ...row, ...changes }, { ...wish, ...wished });

const seconds = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('decideLease', () => {
  it('hands out a token that lives long enough, and refreshes one that does not', () => {
    expect(decide({ secondsLeft: 60 })).toEqual({ kind: 'serve' });
    expect(decide({ secondsLeft: 59.9 })).toEqual({ kind: 'refresh' });
    expect(decide({ secondsLeft: -5 })).toEqual({ kind: 'refresh' });
  });

  it('hands out keys, and tokens without an expiry, whatever the time asked for', () => {
    const asked = { minTtlSeconds: 86_400 };
    expect(decide({ authMethod: 'api_key', secondsLeft: null }, asked)).toEqual({ kind: 'serve' });
    expect(decide({ secondsLeft: null, lifetimeSeconds: null }, asked)).toEqual({ kind: 'serve' });
  });

  it('does not refresh in a loop for a time that no token of the provider reaches', () => {
    const refused = { kind: 'refuse', code: 'min_ttl_unavailable' };
    expect(decide({ secondsLeft: 3599 }, { minTtlSeconds: 7200 })).toEqual(refused);
  });

  it('a credential of another provider does not exist', () => {
    const refused = { kind: 'refuse', code: 'credential_not_found' };
    expect(decideLease(row, { ...wish, provider: 'dropbox' })).toEqual(refused);
    expect(decideLease(null, wish)).toEqual(refused);
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

  it('a token that is good for long enough is handed out, whatever became of its refreshes', () => {
    fc.assert(
      fc.property(
        seconds(0, 3600),
        seconds(0, 3600),
        seconds(-1000, 100_000),
        seconds(0, 60),
        fc.constantFrom(null, 'provider_unavailable' as const, 'rate_limited' as const),
        (minTtlSeconds, more, refreshNotBeforeSeconds, waitSeconds, lastErrorCode) => {
          const changes = {
            secondsLeft: minTtlSeconds + more,
            refreshNotBeforeSeconds,
            lastErrorCode,
            lastErrorMessage: lastErrorCode,
          };
          expect(decide(changes, { minTtlSeconds, waitSeconds })).toEqual({ kind: 'serve' });
        },
      ),
    );
  });

  it('the provider is asked once its pause is over, not before', () => {
    fc.assert(
      fc.property(
        seconds(-1000, 1000),
        seconds(-1000, 59.9),
        seconds(0, 60),
        (refreshNotBeforeSeconds, secondsLeft, waitSeconds) => {
          const { kind } = decide({ refreshNotBeforeSeconds, secondsLeft }, { waitSeconds });
          expect(kind === 'refresh').toBe(refreshNotBeforeSeconds <= 0);
        },
      ),
    );
  });

  it('who would wait in vain is told at once when to come back, in whole seconds and not too early', () => {
    fc.assert(
      fc.property(seconds(0.001, 1000), seconds(0, 60), (refreshNotBeforeSeconds, waitSeconds) => {
        const decision = decide({ refreshNotBeforeSeconds, secondsLeft: 0 }, { waitSeconds });
        if (refreshNotBeforeSeconds <= waitSeconds) {
          expect(decision).toEqual({ kind: 'hold', seconds: refreshNotBeforeSeconds });
          return;
        }
        const retryAfterSeconds = decision.kind === 'refuse' ? (decision.retryAfterSeconds ?? 0) : 0;
        expect(decision).toEqual({ kind: 'refuse', code: 'provider_unavailable', retryAfterSeconds });
        expect(Number.isInteger(retryAfterSeconds)).toBe(true);
        expect(retryAfterSeconds).toBeGreaterThanOrEqual(Math.max(1, refreshNotBeforeSeconds));
        expect(retryAfterSeconds).toBeLessThan(refreshNotBeforeSeconds + 1);
      }),
    );
  });
});

describe('who is handed a private credential', () => {
  const secret = { owner: 'ada', visibility: 'private' } as const;
  const asked = (role: 'admin' | 'runner', subject: string | null) =>
    decide(secret, { actor: { type: 'service_token', role, subject } });

  it('its owner; an administrator learns that it is not theirs, and nobody else that it exists', () => {
    expect(asked('runner', 'ada')).toEqual({ kind: 'serve' });
    expect(asked('admin', 'alan')).toEqual({ kind: 'refuse', code: 'owner_only' });
    expect(asked('admin', null)).toEqual({ kind: 'refuse', code: 'owner_only' });
    expect(asked('runner', 'alan')).toEqual(decideLease(null, wish));
    expect(asked('runner', null)).toEqual(decideLease(null, wish));
  });

  it('its state and its provider show to nobody else either', () => {
    const others = { actor: { type: 'service_token', role: 'runner', subject: 'alan' } } as const;
    for (const status of ['pending', 'invalid', 'reauthorization_required', 'active'] as const) {
      for (const provider of ['notion', 'dropbox']) {
        const answer = decide({ ...secret, status, secondsLeft: 0 }, { ...others, provider });
        expect(answer).toEqual({ kind: 'refuse', code: 'credential_not_found' });
      }
    }
  });
});
