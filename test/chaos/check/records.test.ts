import { describe, expect, it } from 'vitest';
import { attempted, found, givenUp, presented, start, written } from './example-history.ts';

describe('I4: a leased token is good for as long as was asked for', () => {
  const accessTokens = [{ fingerprint: 'access', grantId: 'grant', issuedAt: start, lifetimeSeconds: 60 }];
  const lease = (seconds: number, minTtlSeconds: number, accessToken = 'access') => ({
    leases: [{ credentialId: 'credential', accessToken, minTtlSeconds, decidedAt: start + seconds * 1000 }],
  });
  const grantEnded = (revokedAt: number, revocationAskedAt: number | null) => ({
    grants: [
      { id: 'grant', policy: 'strict', credentialId: 'credential', revokedAt, revocationAskedAt } as const,
    ],
  });

  it('long enough, too short, and never issued', () => {
    expect(found({ accessTokens, ...lease(39, 20) })).toEqual([]);
    expect(found({ accessTokens, ...lease(43, 20) })).toEqual(['I4']);
    expect(found({ accessTokens, ...lease(0, 20, 'foreign') })).toEqual(['I4']);
  });

  it('the grant ended: by request, after it was needed, or for nobody knows what reason', () => {
    const base = { accessTokens, ...lease(10, 20) };
    expect(found({ ...base, ...grantEnded(start + 15_000, start + 15_000) })).toEqual([]);
    expect(found({ ...base, ...grantEnded(start + 31_000, null) })).toEqual([]);
    expect(found({ ...base, ...grantEnded(start + 15_000, null) })).toEqual(['I4']);
  });

  it('a presentation after a recorded unknown may end it', () => {
    const replay = { issued: null, error: 'invalid_grant', delivered: false };
    const presentations = [presented({ token: 'first', from: 15_000, to: 15_010, ...replay })];
    const attempts = [attempted({ token: 'first', from: 0, ended: ['unknown', 100] })];
    const base = { accessTokens, ...lease(10, 20), ...grantEnded(start + 15_000, null) };
    expect(found({ ...base, presentations, attempts })).toEqual([]);
    expect(found({ ...base, presentations })).toEqual(['I4']);
    const misread = [{ ...presentations[0]!, error: null, status: 200 }];
    expect(found({ ...base, presentations: misread, attempts })).toEqual([]);
    const earlier = [presented({ token: 'first', from: 12_000, to: 12_010, ...replay })];
    expect(found({ ...base, presentations: earlier, attempts })).toEqual(['I4']);
  });
});

describe('I5: versions rise, and old fences write nothing', () => {
  it('a new secret with a new version by the newest fence', () => {
    const refreshed = {
      secretChanged: true,
      tokenVersion: { before: 1, after: 2 },
      fence: 5,
      writerFence: 5,
    };
    expect(found({ writes: [written(refreshed)] })).toEqual([]);
    expect(found({ writes: [written({ ...refreshed, writerFence: 4 })] })).toEqual(['I5']);
    expect(found({ writes: [written({ ...refreshed, tokenVersion: { before: 2, after: 2 } })] })).toEqual([
      'I5',
    ]);
    expect(found({ writes: [written({ tokenVersion: { before: 3, after: 2 } })] })).toEqual(['I5']);
  });

  it('a failure that an old fence writes down', () => {
    expect(found({ writes: [written({ healthChanged: true, fence: 5, writerFence: 4 })] })).toEqual(['I5']);
    expect(found({ writes: [written({ healthChanged: true, fence: 5 })] })).toEqual([]);
  });

  it('events with versions that do not rise', () => {
    const events = (...versions: number[]) =>
      versions.map((tokenVersion) => ({
        credentialId: 'credential',
        type: 'latchkey.credential.refreshed',
        tokenVersion,
      }));
    expect(found({ events: events(2, 3, 5) })).toEqual([]);
    expect(found({ events: events(2, 3, 3) })).toEqual(['I5']);
  });
});

describe('I6 and lost tokens', () => {
  const unknown = [attempted({ token: 'first', from: -200, ended: ['unknown', -100] })];
  const rejected = [
    presented({ token: 'first', from: -50, to: -40, issued: null, delivered: false, error: 'invalid_grant' }),
  ];

  it('given up though nobody rejected anything', () => {
    expect(found({ writes: [written(givenUp)] })).toEqual(['I6', 'lost']);
  });

  it('with strict rotation after a recorded unknown: told as what it is, and no violation', () => {
    expect(found({ writes: [written(givenUp)], attempts: unknown, presentations: rejected })).toEqual([]);
    const asRevoked = written({ ...givenUp, errorCode: 'grant_revoked' });
    expect(found({ writes: [asRevoked], attempts: unknown, presentations: rejected })).toEqual(['lost']);
  });

  it.each(['none', 'rolling', 'grace'] as const)('rotation %s never loses one', (policy) => {
    const writes = [written({ ...givenUp, policy })];
    expect(found({ writes, attempts: unknown, presentations: rejected })).toEqual(['lost']);
  });
});

describe('liveness and answers', () => {
  it('what did not come to rest, and what is missing among the events', () => {
    expect(found({ ending: { unsettled: ['a credential'], eventGaps: ['a gap'] } })).toEqual([
      'liveness',
      'liveness',
    ]);
  });

  it('503 is an answer, any other 5xx is a bug, and no answer at all is a dead process', () => {
    const answer = (status: number | null) => ({
      operation: 'lease',
      at: start,
      milliseconds: 1,
      status,
      code: null,
    });
    expect(found({ answers: [200, 404, 409, 503, null].map(answer) })).toEqual([]);
    expect(found({ answers: [answer(500)] })).toEqual(['answers']);
  });
});
