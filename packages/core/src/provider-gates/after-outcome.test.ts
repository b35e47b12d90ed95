import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterOutcome,
  failuresToOpen,
  longestOpeningSeconds,
  longestPauseSeconds,
  rejectedClientSeconds,
} from './after-outcome.ts';
import { closed, standingOf, unproven, type GateOutcome, type GateState } from './gate-state.ts';
import { later } from './testing/later.ts';

const random = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const start = fc.constantFrom(closed, unproven);
const outcome: fc.Arbitrary<GateOutcome> = fc.oneof(
  fc.constant({ kind: 'answered' as const }),
  fc.record({
    kind: fc.constant('failed' as const),
    credentialId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  }),
  fc.record({
    kind: fc.constant('rate_limited' as const),
    retryAfterSeconds: fc.option(fc.integer({ min: 0, max: 86_400 })),
  }),
  fc.record({ kind: fc.constant('client_rejected' as const), message: fc.string() }),
  fc.constant({ kind: 'unused' as const }),
);
const step = fc.record({
  outcome,
  probe: fc.boolean(),
  random,
  wait: fc.double({ min: 0, max: 4000, noNaN: true }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const failed = (credentialId: string): GateOutcome => ({ kind: 'failed', credentialId });
const apply = (state: GateState, { outcome: happened, probe, random: chance, wait }: Step) =>
  afterOutcome(later(state, wait), happened, { probe, random: chance });
const plain = { probe: false, random: 0 };

/** Five credentials fail, again and again, whenever it is tried. */
function reopened(times: number, chance: number): GateState {
  let state = 'abcde'
    .split('')
    .reduce((each, id) => afterOutcome(each, failed(id), { probe: false, random: chance }), closed);
  for (let count = 1; count < times; count += 1)
    state = afterOutcome(later(state, 10_000), failed('a'), { probe: true, random: chance });
  return state;
}

describe('a gate after an outcome', () => {
  it('opens when five different credentials failed in a row, not at four', () => {
    const four = 'abcd'.split('').reduce((state, id) => afterOutcome(state, failed(id), plain), closed);
    expect(standingOf(four)).toBe('closed');
    expect(afterOutcome(four, failed('e'), plain)).toMatchObject({
      reason: 'provider_unavailable',
      openings: 1,
    });
  });

  it('never opens by failures of fewer than five credentials, however many there are', () => {
    const few = fc.record({
      outcome: fc.constantFrom('a', 'b', 'c', 'd').map(failed),
      probe: fc.boolean(),
      random,
      wait: fc.constant(1),
    });
    fc.assert(
      fc.property(start, fc.array(few, { maxLength: 60 }), (first, steps) => {
        let state = first;
        for (const each of steps) {
          state = apply(state, each);
          expect(standingOf(state)).not.toBe('open');
        }
      }),
    );
  });

  it('counts failures from the last answer on', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state: GateState = closed;
        let failing = new Set<string>();
        for (const each of steps) {
          const wasClosed = standingOf(later(state, each.wait)) === 'closed';
          state = apply(state, each);
          if (each.outcome.kind === 'answered') failing = new Set();
          if (each.outcome.kind === 'failed') failing.add(each.outcome.credentialId);
          if (wasClosed && state.reason === 'provider_unavailable') expect(failing.size).toBe(failuresToOpen);
          expect(state.failing.length).toBeLessThanOrEqual(failuresToOpen);
          expect(new Set(state.failing).size).toBe(state.failing.length);
        }
      }),
    );
  });

  it('is closed after an answer, unless the provider asked for a pause that is not over', () => {
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 40 }), fc.boolean(), (first, steps, probe) => {
        const state = steps.reduce(apply, first);
        const after = afterOutcome(state, { kind: 'answered' }, { probe, random: 0.5 });
        if (state.reason === 'rate_limited' && standingOf(state) === 'open') {
          expect(after.openForSeconds).toBe(state.openForSeconds);
          expect(after.failing).toEqual([]);
        } else expect(after).toEqual(closed);
      }),
    );
  });

  it('is open for longer every time, within its bounds', () => {
    expect([1, 2, 3, 4].map((times) => reopened(times, 1).openForSeconds)).toEqual([5, 10, 20, 40]);
    expect(reopened(1, 0).openForSeconds).toBe(3.75);
    expect(reopened(60, 1).openForSeconds).toBe(longestOpeningSeconds);
    const bounds = {
      provider_unavailable: longestOpeningSeconds,
      rate_limited: longestPauseSeconds,
      client_misconfigured: rejectedClientSeconds,
    };
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 40 }), (first, steps) => {
        let state = first;
        for (const each of steps) {
          state = apply(state, each);
          if (state.reason !== null) expect(state.openForSeconds).toBeLessThanOrEqual(bounds[state.reason]);
        }
      }),
    );
  });

  it('pauses for what the provider asks for, never shorter, up to 15 minutes', () => {
    fc.assert(
      fc.property(
        start,
        fc.array(step, { maxLength: 20 }),
        fc.integer({ min: 1, max: 86_400 }),
        random,
        (first, steps, asked, chance) => {
          const before = steps.reduce(apply, first);
          const after = afterOutcome(
            before,
            { kind: 'rate_limited', retryAfterSeconds: asked },
            { probe: false, random: chance },
          );
          expect(after.openForSeconds).toBeGreaterThanOrEqual(Math.min(asked, longestPauseSeconds));
        },
      ),
    );
  });

  it('pauses once for many calls that are told to slow down without a time', () => {
    const told: GateOutcome = { kind: 'rate_limited', retryAfterSeconds: null };
    const once = afterOutcome(closed, told, plain);
    expect(once).toMatchObject({ openForSeconds: 3.75, openings: 1, reason: 'rate_limited' });
    expect(afterOutcome(once, told, plain)).toBe(once);
    expect(afterOutcome(later(once, 4), told, { probe: true, random: 1 })).toMatchObject({
      openForSeconds: 10,
    });
  });

  it('is closed to a rejected client for an hour, and says why', () => {
    const after = afterOutcome(closed, { kind: 'client_rejected', message: 'Unknown client.' }, plain);
    expect(after).toMatchObject({
      openForSeconds: 3600,
      reason: 'client_misconfigured',
      message: 'Unknown client.',
    });
  });

  it('gives the turn back when it was not used, and to nobody else’s call', () => {
    const trying: GateState = { ...reopened(1, 0), openForSeconds: -1, probeForSeconds: 20 };
    expect(afterOutcome(trying, { kind: 'unused' }, { probe: true, random: 0 }).probeForSeconds).toBeNull();
    expect(afterOutcome(trying, failed('late'), plain)).toBe(trying);
  });

  it('is closed again when the first call with a client failed for a reason of its own', () => {
    const trying: GateState = { ...unproven, probeForSeconds: 5 };
    expect(afterOutcome(trying, failed('a'), { probe: true, random: 0 })).toEqual({
      ...closed,
      failing: ['a'],
    });
  });
});
