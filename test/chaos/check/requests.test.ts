import { describe, expect, it } from 'vitest';
import { attempted, found, historyOf, presented, start } from './example-history.ts';
import { mostInFlight } from './in-flight.ts';

const received = (token: string) => ({
  credentialId: 'credential',
  attemptId: 'attempt',
  accessToken: `access after ${token}`,
  refreshToken: `after ${token}`,
});

describe('I1: one chain', () => {
  const first = presented({ token: 'first', from: 10, to: 20 });
  const attempts = [attempted({ token: 'first', from: 0, ended: ['succeeded', 30] })];
  const journal = [received('first'), received('after first')];

  it('a token and its successor', () => {
    const second = presented({ token: 'after first', from: 110, to: 120 });
    expect(found({ presentations: [first, second], attempts, journal })).toEqual([]);
  });

  it('a token that was used already', () => {
    const again = presented({ token: 'first', from: 110, to: 120, error: 'invalid_grant', issued: null });
    expect(found({ presentations: [first, again], attempts, journal })).toEqual(['I1']);
  });

  it('again after its holder had recorded an unknown outcome', () => {
    const lost = { ...first, delivered: false };
    const again = presented({ token: 'first', from: 110, to: 120, policy: 'rolling' });
    const unknown = [attempted({ token: 'first', from: 0, ended: ['unknown', 30] })];
    expect(found({ presentations: [lost, again], attempts: unknown, journal })).toEqual([]);
  });

  it('a successor may not call it unknown while the lease runs', () => {
    const unknownAfter = (milliseconds: number) => [
      attempted({ token: 'first', from: 0, ended: ['unknown', milliseconds], bySuccessor: true }),
    ];
    const again = presented({ token: 'first', from: 26_000, to: 26_010 });
    const presentations = [first, again];
    expect(found({ presentations, attempts: unknownAfter(5_000), journal })).toEqual(['I1']);
    expect(found({ presentations, attempts: unknownAfter(25_500), journal })).toEqual([]);
  });

  it('again after an answer that says that nothing happened', () => {
    const refused = presented({
      token: 'first',
      from: 10,
      to: 20,
      issued: null,
      status: 429,
      error: 'slow_down',
    });
    const again = presented({ token: 'first', from: 110, to: 120 });
    expect(found({ presentations: [refused, again], attempts, journal })).toEqual([]);
  });

  it('a token that stays the same is presented as often as one likes', () => {
    const stable = {
      policy: 'none',
      issued: { accessToken: 'access after first', refreshToken: null },
    } as const;
    const presentations = [10, 110].map((from) =>
      presented({ token: 'first', from, to: from + 10, ...stable }),
    );
    expect(found({ presentations, attempts, journal })).toEqual([]);
  });

  it('a token that the provider never issued', () => {
    const foreign = presented({ token: 'foreign', from: 10, to: 20, grantId: null, issued: null });
    expect(found({ presentations: [foreign] })).toEqual(['I1']);
  });
});

describe('I2: one in flight', () => {
  const policy = 'none';
  const issued = null;
  const overlapping = [
    presented({ token: 'first', from: 10, to: 40_000, policy, issued }),
    presented({ token: 'first', from: 30_000, to: 30_010, policy, issued }),
  ];

  it('two at once', () => {
    const attempts = [attempted({ token: 'first', from: 0 }), attempted({ token: 'first', from: 29_999 })];
    const tooSoon = [
      attempted({ token: 'first', from: 10_000 }),
      attempted({ token: 'first', from: 29_999 }),
    ];
    const early = overlapping.map((each, index) =>
      index === 0 ? { ...each, arrivedAt: start + 10_010 } : each,
    );
    expect(found({ presentations: early, attempts: tooSoon })).toEqual(['I2']);
    expect(mostInFlight(historyOf({ presentations: early, attempts: tooSoon }))).toBe(2);
    expect(found({ presentations: overlapping, attempts })).toEqual([]);
    expect(mostInFlight(historyOf({ presentations: overlapping, attempts }))).toBe(1);
  });

  it('one that its holder gave up counts no more, whatever the provider still does with it', () => {
    const attempts = [
      attempted({ token: 'first', from: 15_000, ended: ['unknown', 29_000] }),
      attempted({ token: 'first', from: 29_999 }),
    ];
    const presentations = overlapping.map((each, index) =>
      index === 0 ? { ...each, arrivedAt: start + 15_010 } : each,
    );
    expect(found({ presentations, attempts })).toEqual([]);
  });

  it('one that was sent after the lease had gone to somebody else', () => {
    const attempts = [attempted({ token: 'first', from: 0 }), attempted({ token: 'first', from: 26_000 })];
    const presentations = [
      presented({ token: 'first', from: 26_010, to: 27_000, policy, issued }),
      presented({ token: 'first', from: 26_500, to: 27_000, policy, issued }),
    ];
    expect(found({ presentations, attempts })).toEqual(['I2']);
  });

  it('one after the other, and two grants', () => {
    const one = presented({ token: 'first', from: 10, to: 20, policy, issued });
    const next = presented({ token: 'first', from: 30, to: 40, policy, issued });
    const other = presented({ token: 'other', from: 15, to: 35, policy, issued, grantId: 'other' });
    expect(found({ presentations: [one, next, other] })).toEqual([]);
  });
});

describe('I3: what was received is written down', () => {
  const presentations = [presented({ token: 'first', from: 10, to: 20 })];
  const attempts = [attempted({ token: 'first', from: 0, ended: ['succeeded', 100], pid: 7 })];
  const disturbance = (from: number, to: number, pid: number | null, kind = 'worker-killed') => ({
    kind,
    from: start + from,
    to: start + to,
    pid,
    what: '',
  });

  it('tokens that are in no journal', () => {
    expect(found({ presentations, attempts })).toEqual(['I3']);
    expect(found({ presentations, attempts, journal: [received('first')] })).toEqual([]);
  });

  it('a receiver that was killed may take them along; another one, or one killed much later, may not', () => {
    const killed = (at: number, pid: number) => ({ disturbances: [disturbance(at, at, pid)] });
    expect(found({ presentations, attempts, ...killed(50, 7) })).toEqual([]);
    expect(found({ presentations, attempts, ...killed(50, 8) })).toEqual(['I3']);
    expect(found({ presentations, attempts, ...killed(60_000, 7) })).toEqual(['I3']);
  });

  it('while the database is away nothing is written down', () => {
    const away = disturbance(0, 55_000, null, 'postgres-crashed');
    expect(found({ presentations, attempts, disturbances: [away, disturbance(60_000, 60_000, 7)] })).toEqual(
      [],
    );
  });

  it('a deleted credential, an answer that was cut, and one that came after the deadline', () => {
    expect(found({ presentations, attempts, deletions: new Map([['credential', start]]) })).toEqual([]);
    const cut = presented({ token: 'first', from: 10, to: 20, delivered: false });
    expect(found({ presentations: [cut], attempts })).toEqual([]);
    const late = presented({ token: 'first', from: 10, to: 15_000 });
    expect(found({ presentations: [late], attempts })).toEqual([]);
  });
});
