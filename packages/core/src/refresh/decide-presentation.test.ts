import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidePresentation, type Situation } from './decide-presentation.ts';

const hour = 3600;
const after = (changes: Partial<Situation>) =>
  decidePresentation({
    refresh: { rotation: 'strict', graceSeconds: null },
    secondsSinceUnknown: 30,
    secondsLeft: 800,
    lifetimeSeconds: hour,
    reason: 'schedule',
    ...changes,
  });

const present = { kind: 'present' };
const rotations = ['none', 'rolling', 'grace', 'strict'] as const;

const situations: fc.Arbitrary<Situation> = fc
  .record({
    rotation: fc.constantFrom(...rotations),
    graceSeconds: fc.integer({ min: 60, max: 3600 }),
    secondsSinceUnknown: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
    secondsLeft: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    lifetimeSeconds: fc.option(fc.integer({ min: 0, max: 1e6 })),
    reason: fc.constantFrom('user', 'lease', 'schedule', 'report', 'grant'),
  })
  .map(({ rotation, graceSeconds, ...situation }) => ({
    ...situation,
    refresh: { rotation, graceSeconds: rotation === 'grace' ? graceSeconds : null },
  }));

describe('decidePresentation', () => {
  it('a token that was never presented without a known end is presented at once', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        expect(decidePresentation({ ...situation, secondsSinceUnknown: null })).toEqual(present);
      }),
    );
  });

  it.each(['none', 'rolling'] as const)('%s: a replay costs nothing, so it is made at once', (rotation) => {
    fc.assert(
      fc.property(situations, (situation) => {
        expect(decidePresentation({ ...situation, refresh: { rotation, graceSeconds: null } })).toEqual(
          present,
        );
      }),
    );
  });

  it('grace: at once while the provider takes a replay, and late when that time is nearly over', () => {
    const refresh = { rotation: 'grace', graceSeconds: 120 } as const;
    expect(after({ refresh, secondsSinceUnknown: 30 })).toEqual(present);
    expect(after({ refresh, secondsSinceUnknown: 104 })).toEqual(present);
    expect(after({ refresh, secondsSinceUnknown: 105 })).toMatchObject({ kind: 'defer' });
    expect(after({ refresh, secondsSinceUnknown: 5000 })).toMatchObject({ kind: 'defer' });
  });

  it('strict: the access token at hand is used up first, to 90 s before its end or a quarter of a short life', () => {
    expect(after({ secondsLeft: 800 })).toEqual({ kind: 'defer', seconds: 710 });
    expect(after({ secondsLeft: 90 })).toEqual(present);
    expect(after({ secondsLeft: -5 })).toEqual(present);
    expect(after({ secondsLeft: 50, lifetimeSeconds: 120 })).toEqual({ kind: 'defer', seconds: 20 });
    expect(after({ secondsLeft: 30, lifetimeSeconds: 120 })).toEqual(present);
  });

  it('strict, without a known end of the access token: an hour after the unknown presentation', () => {
    const noExpiry = { secondsLeft: null, lifetimeSeconds: null };
    expect(after({ ...noExpiry, secondsSinceUnknown: 60 })).toEqual({ kind: 'defer', seconds: hour - 60 });
    expect(after({ ...noExpiry, secondsSinceUnknown: hour })).toEqual(present);
  });

  it('an access token that the provider refused is not worth waiting for', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        expect(decidePresentation({ ...situation, reason: 'report' })).toEqual(present);
      }),
    );
  });

  it('every deferral ends: once its time has passed the token is presented', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const decision = decidePresentation(situation);
        if (decision.kind === 'present') return;
        expect(decision.seconds).toBeGreaterThan(0);
        const passed = decision.seconds + 0.001;
        expect(
          decidePresentation({
            ...situation,
            secondsSinceUnknown: (situation.secondsSinceUnknown ?? 0) + passed,
            secondsLeft: situation.secondsLeft === null ? null : situation.secondsLeft - passed,
          }),
        ).toEqual(present);
      }),
    );
  });

  it('a deferral never runs past the end of the access token', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const decision = decidePresentation(situation);
        if (decision.kind === 'present' || situation.secondsLeft === null) return;
        expect(decision.seconds).toBeLessThan(situation.secondsLeft);
      }),
    );
  });
});
