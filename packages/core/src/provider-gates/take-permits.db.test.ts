import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideGate } from './decide-gate.ts';
import { takePermits } from './take-permits.ts';
import { failed, openGateProcesses, over } from './testing/gate-processes.ts';
import { refill } from './token-bucket.ts';

let open: Awaited<ReturnType<typeof openGateProcesses>>;

beforeAll(async () => {
  open = await openGateProcesses();
});

afterAll(() => open.database.drop());

/** A clock may be set back by less than this between two readings, in seconds. */
const moment = 0.1;

const databaseSeconds = async () =>
  (await open.database.superuser.query('select extract(epoch from clock_timestamp())::float8 as now')).rows[0]
    .now as number;

describe('permits', () => {
  it('that eight processes take at the same moment never exceed what is there', async () => {
    const rate = 20;
    const { key, processes, prove, set, atOnce } = open.newGate();
    await prove();
    for (let round = 0; round < 5; round += 1) {
      const from = await databaseSeconds();
      await set('tokens = 10, refilled_at = now()');
      const taken = await atOnce(8, () =>
        Promise.all(processes.map(({ orm }) => takePermits(orm.em.fork(), key, rate, 3))),
      );
      const total = taken.reduce((sum, { granted }) => sum + granted, 0);
      expect(total).toBeGreaterThanOrEqual(10);
      expect(total).toBeLessThanOrEqual(10 + rate * ((await databaseSeconds()) - from + moment));
    }
  });

  it('that eight processes take as fast as they can never exceed the rate', async () => {
    const rate = 400;
    const { key, processes, prove } = open.newGate();
    await prove();
    const from = await databaseSeconds();
    const taken = await Promise.all(
      processes.map(async ({ orm }) => {
        let granted = 0;
        for (let round = 0; round < 60; round += 1)
          granted += (await takePermits(orm.em.fork(), key, rate, 50)).granted;
        return granted;
      }),
    );
    const seconds = (await databaseSeconds()) - from;
    const total = taken.reduce((sum, each) => sum + each, 0);
    expect(total).toBeLessThanOrEqual(rate / 2 + rate * (seconds + moment));
    expect(total).toBeGreaterThan(0);
  });

  it('are granted as the model says', async () => {
    const { key, one, row, set } = open.newGate();
    const seconds = fc.option(fc.constantFrom(-40, -2, 15, 90));
    const gate = fc.record({
      tokens: fc.nat(20),
      rate: fc.constantFrom(2, 10, 100),
      elapsed: fc.constantFrom(-10, 0, 1, 100),
      openFor: seconds,
      probeFor: seconds,
      want: fc.integer({ min: 1, max: 50 }),
      reason: fc.constantFrom(null, 'rate_limited'),
    });
    await one.record(failed('a'));
    await fc.assert(
      fc.asyncProperty(gate, async ({ tokens, rate, elapsed, openFor, probeFor, want, reason }) => {
        const before = tokens + 0.5;
        const from = await databaseSeconds();
        await set(
          `tokens = $2, reason = $6, refilled_at = now() - make_interval(secs => $3),
          open_until = now() + make_interval(secs => $4), probe_until = now() + make_interval(secs => $5)`,
          before,
          elapsed,
          openFor,
          probeFor,
          reason,
        );
        const { granted, probe, state, left } = await takePermits(one.orm.em.fork(), key, rate, want);
        const passed = (await databaseSeconds()) - from;
        const available = left + granted;
        expect(available).toBeGreaterThanOrEqual(refill(before, rate, elapsed - moment) - 1e-6);
        expect(available).toBeLessThanOrEqual(refill(before, rate, elapsed + passed + moment) + 1e-6);
        const given = { ...state, openForSeconds: openFor, probeForSeconds: probeFor };
        expect({ granted, probe }).toEqual(decideGate(given, available, want));
        expect(state).toMatchObject({ failing: ['a'], reason });
        const after = await row();
        expect(after.tokens).toBe(granted === 0 ? before : left);
        if (probe) expect(Math.abs(after.probe_for - (reason === null ? 10 : 30))).toBeLessThan(5);
      }),
    );
  });
});

describe('the turn to try', () => {
  it('goes to exactly one of twenty callers over all processes', async () => {
    const { crowd, prove, one, set, atOnce } = open.newGate();
    await prove();
    await one.record({ kind: 'rate_limited', retryAfterSeconds: 5 });
    await set(over('open_until'));
    const answers = await atOnce(8, crowd);
    expect(answers.filter(({ passed }) => passed)).toEqual([{ passed: true, probe: true }]);
    for (const answer of answers) {
      if (answer.passed) continue;
      expect(answer.retryAfterSeconds).toBeGreaterThanOrEqual(2);
      expect(answer.retryAfterSeconds).toBeLessThanOrEqual(5);
    }
  });

  it('with a client that nobody called with yet goes to one; the others follow once that is answered', async () => {
    const { crowd, one, two } = open.newGate();
    const answers = await crowd();
    expect(answers.filter(({ passed }) => passed)).toEqual([{ passed: true, probe: true }]);
    await one.record({ kind: 'answered' }, true);
    expect(await two.pass()).toEqual({ passed: true, probe: false });
  });
});
