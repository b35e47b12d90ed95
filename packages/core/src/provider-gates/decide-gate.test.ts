import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterOutcome } from './after-outcome.ts';
import { decideGate, refuse, refuseForRate, turnSeconds } from './decide-gate.ts';
import { closed, standingOf, unproven, type GateOutcome, type GateState } from './gate-state.ts';
import { later } from './testing/later.ts';
import { capacityOf, largestBlock, nextBlock, permitSeconds, refill } from './token-bucket.ts';

const halfOpen: GateState = { ...closed, openForSeconds: 0, reason: 'provider_unavailable', openings: 1 };
const random = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** When permits were used, by workers that fetch blocks and use them as late and as much at once as they may. */
function usesOf(
  rate: number,
  moves: readonly { wait: number; worker: number; want: number; use: number }[],
): number[] {
  let tokens = capacityOf(rate);
  let now = 0;
  const held = new Map<number, { permits: number; until: number }>();
  const uses: number[] = [];
  for (const { wait, worker, want, use } of moves) {
    now += wait;
    tokens = refill(tokens, rate, wait);
    const mine = held.get(worker) ?? { permits: 0, until: 0 };
    if (now >= mine.until || mine.permits === 0) {
      const { granted } = decideGate(closed, tokens, want);
      tokens -= granted;
      held.set(worker, { permits: granted, until: now + permitSeconds });
    } else {
      const used = Math.min(use, mine.permits);
      mine.permits -= used;
      for (let count = 0; count < used; count += 1) uses.push(now);
    }
  }
  return uses;
}

describe('the rate of a gate', () => {
  it('is never exceeded: in any window no more than its worth and one second’s on top', () => {
    const move = fc.record({
      // Half a second is as long as permits can be kept.
      wait: fc.oneof(fc.constantFrom(0, 0, 0.49), fc.double({ min: 0, max: 0.6, noNaN: true })),
      worker: fc.integer({ min: 0, max: 2 }),
      want: fc.integer({ min: 1, max: largestBlock }),
      use: fc.integer({ min: 1, max: largestBlock }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.array(move, { maxLength: 80 }), (rate, moves) => {
        const uses = usesOf(rate, moves);
        for (const [first, from] of uses.entries()) {
          const excess = uses.slice(first).map((to, more) => more + 1 - rate - rate * (to - from));
          expect(Math.max(...excess)).toBeLessThanOrEqual(1e-6);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('lets a client with a low rate through, one at a time', () => {
    expect(capacityOf(0.1)).toBe(1);
    expect(decideGate(closed, refill(0, 0.1, 9), 5).granted).toBe(0);
    expect(decideGate(closed, refill(0, 0.1, 60), 5).granted).toBe(1);
    expect(refill(1, 100, -5)).toBe(1);
  });

  it('is asked for seldom by a busy process, and costs an idle one nothing', () => {
    let block = 0;
    const fetched = [1, 2, 3, 4, 5, 6, 7, 8].map(
      () => (block = nextBlock(1000, { waiting: 1, last: block, spent: block })),
    );
    expect(fetched).toEqual([1, 2, 4, 8, 16, 32, 50, 50]);
    expect(nextBlock(1000, { waiting: 1, last: 50, spent: 3 })).toBe(3);
    expect(nextBlock(1, { waiting: 1, last: 1, spent: 1 })).toBe(1);
    expect(nextBlock(100, { waiting: 500, last: 1, spent: 0 })).toBe(largestBlock);
  });
});

describe('the turn to try', () => {
  it('has one at a time, whatever calls bring and whoever dies', () => {
    const outcome = fc.constantFrom<GateOutcome>(
      { kind: 'answered' },
      { kind: 'failed', credentialId: 'a' },
      { kind: 'failed', credentialId: 'b' },
      { kind: 'rate_limited', retryAfterSeconds: 3 },
      { kind: 'client_rejected', message: 'no' },
      { kind: 'unused' },
    );
    const move = fc.record({
      worker: fc.integer({ min: 0, max: 4 }),
      wait: fc.double({ min: 0, max: 8, noNaN: true }),
      outcome,
      random,
    });
    fc.assert(
      fc.property(fc.constantFrom(halfOpen, unproven), fc.array(move, { maxLength: 80 }), (first, moves) => {
        let state = first;
        let now = 0;
        /** Calls in flight; who does not end within the turn is dead. */
        const calls = new Map<number, { probe: boolean; until: number }>();
        for (const { worker, wait, outcome: end, random: chance } of moves) {
          now += wait;
          state = later(state, wait);
          const call = calls.get(worker);
          if (call !== undefined && now < call.until) {
            calls.delete(worker);
            state = afterOutcome(state, end, { probe: call.probe, random: chance });
            if (standingOf(state) === 'closed')
              for (const [id] of calls) calls.set(id, { probe: false, until: now + 15 });
            continue;
          }
          const { granted, probe } = decideGate(state, 10, 5);
          if (granted === 0) continue;
          const seconds = state.reason === null ? turnSeconds.first : turnSeconds.probe;
          if (probe) state = { ...state, probeForSeconds: seconds };
          calls.set(worker, { probe, until: now + (probe ? seconds : 15) });
          const trying = [...calls.values()].filter((each) => each.probe && now < each.until);
          expect(trying.length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('passes on when its time is over', () => {
    const taken = { ...halfOpen, probeForSeconds: turnSeconds.probe };
    expect(decideGate(later(taken, 29.9), 1, 1)).toEqual({ granted: 0, probe: false });
    expect(decideGate(later(taken, 30), 1, 1)).toEqual({ granted: 1, probe: true });
  });

  it('needs a permit like every call', () => {
    expect(decideGate(halfOpen, 0.9, 1)).toEqual({ granted: 0, probe: false });
  });
});

describe('who is not let through', () => {
  it('is told to come when the gate is half-open, not before, and not all at once', () => {
    const open = { ...halfOpen, openForSeconds: 100 };
    expect(decideGate(open, 100, 5)).toEqual({ granted: 0, probe: false });
    fc.assert(
      fc.property(random, (chance) => {
        const { retryAfterSeconds, code } = refuse(open, chance);
        expect(code).toBe('provider_unavailable');
        expect(retryAfterSeconds).toBeGreaterThanOrEqual(100);
        expect(retryAfterSeconds).toBeLessThanOrEqual(111);
      }),
    );
    expect(refuse(open, 0).retryAfterSeconds).not.toBe(refuse(open, 0.9).retryAfterSeconds);
  });

  it('comes back within seconds while somebody tries, and sooner for the rate', () => {
    fc.assert(
      fc.property(random, fc.integer({ min: 1, max: 1000 }), fc.nat(1000), (chance, rate, ahead) => {
        const soon = refuse(halfOpen, chance).retryAfterSeconds;
        expect(soon).toBeGreaterThanOrEqual(2);
        expect(soon).toBeLessThanOrEqual(5);
        const sooner = refuseForRate(rate, ahead, chance).retryAfterSeconds;
        expect(sooner).toBeGreaterThanOrEqual(0.1);
        expect(sooner).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('hears what the provider said about the client', () => {
    const rejected = afterOutcome(
      closed,
      { kind: 'client_rejected', message: 'Unknown client.' },
      { probe: false, random: 0 },
    );
    expect(refuse(rejected, 0)).toMatchObject({ code: 'client_misconfigured', message: 'Unknown client.' });
  });
});
