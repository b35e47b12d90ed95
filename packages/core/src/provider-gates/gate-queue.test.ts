import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closed, type GateState } from './gate-state.ts';
import { openGateQueue } from './gate-queue.ts';
import type { Taken } from './take-permits.ts';

const rate = 1000;
const open: GateState = { ...closed, openForSeconds: 60, openings: 1, reason: 'provider_unavailable' };

function granting(granted: number, more: Partial<Taken> = {}): Taken {
  return { state: closed, granted, probe: false, left: 0, ...more };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the callers of one process at one gate', () => {
  it('share what is fetched: far fewer statements than calls', async () => {
    const take = vi.fn((want: number) => Promise.resolve(granting(want, { left: 400 })));
    const queue = openGateQueue(take, 1);
    for (let call = 0; call < 500; call += 1)
      expect(await queue.pass(rate)).toEqual({ passed: true, probe: false });
    expect(take.mock.calls.length).toBeLessThan(20);
    const together = await Promise.all(Array.from({ length: 200 }, () => queue.pass(rate)));
    expect(together.every(({ passed }) => passed)).toBe(true);
    expect(take.mock.calls.length).toBeLessThan(25);
  });

  it('do not spend what was fetched half a second ago', async () => {
    const take = vi.fn(() => Promise.resolve(granting(10)));
    const queue = openGateQueue(take, 1);
    await queue.pass(rate);
    await vi.advanceTimersByTimeAsync(499);
    await queue.pass(rate);
    expect(take).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    await queue.pass(rate);
    expect(take).toHaveBeenCalledTimes(2);
  });

  it('wait for the next permits rather than be refused', async () => {
    const take = vi.fn(() => Promise.resolve(granting(take.mock.calls.length < 4 ? 0 : 1)));
    const passing = openGateQueue(take, 1).pass(10);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await passing).toEqual({ passed: true, probe: false });
  });

  it('are refused at once when the next permit is too far away', async () => {
    const queue = openGateQueue(() => Promise.resolve(granting(0)), 1);
    expect(await queue.pass(0.1)).toMatchObject({ passed: false, code: 'rate_limited' });
  });

  it('are refused when patience ends, whatever the estimate said, and form no endless line', async () => {
    const queue = openGateQueue(() => Promise.resolve(granting(0)), 1);
    const answers = Promise.all(Array.from({ length: 12 }, () => queue.pass(10)));
    await vi.advanceTimersByTimeAsync(1500);
    expect((await answers).map(({ passed }) => passed)).toEqual(Array.from({ length: 12 }, () => false));
    expect(queue.idleSince()).toBeLessThan(Infinity);
  });

  it('are refused by what is known, and ask again after a second', async () => {
    const take = vi.fn(() => Promise.resolve(granting(0, { state: open })));
    const queue = openGateQueue(take, 1);
    const first = await queue.pass(rate);
    expect(first).toMatchObject({ passed: false, code: 'provider_unavailable' });
    await vi.advanceTimersByTimeAsync(900);
    const second = await queue.pass(rate);
    if (second.passed) throw new Error('it passed');
    expect(second.retryAfterSeconds).toBeGreaterThan(59);
    expect(take).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(100);
    await queue.pass(rate);
    expect(take).toHaveBeenCalledTimes(2);
  });

  it('give the turn to one and let the others wait for what it brings', async () => {
    const trying: GateState = { ...open, openForSeconds: -1 };
    let answered = false;
    let turn = true;
    const queue = openGateQueue((want) => {
      if (answered) return Promise.resolve(granting(want));
      const probe = turn;
      turn = false;
      return Promise.resolve(granting(probe ? 1 : 0, { probe, state: trying }));
    }, 1);
    const answers = Promise.all([queue.pass(rate), queue.pass(rate), queue.pass(rate)]);
    await vi.advanceTimersByTimeAsync(100);
    answered = true;
    queue.forget();
    await vi.advanceTimersByTimeAsync(1);
    expect(await answers).toEqual([
      { passed: true, probe: true },
      { passed: true, probe: false },
      { passed: true, probe: false },
    ]);
  });

  it('spend nothing that was fetched before the gate changed, not even what is on its way', async () => {
    const fetched = [granting(10), granting(10), granting(0, { state: open })];
    const arriving: ((taken: Taken) => void)[] = [];
    const queue = openGateQueue(() => new Promise((resolve) => arriving.push(resolve)), 1);
    const arrive = async () => {
      await vi.advanceTimersByTimeAsync(0);
      arriving.shift()?.(fetched.shift() as Taken);
    };
    const first = queue.pass(rate);
    await arrive();
    expect(await first).toMatchObject({ passed: true });
    queue.forget();
    const second = queue.pass(rate);
    await vi.advanceTimersByTimeAsync(0);
    queue.forget();
    await arrive();
    await arrive();
    expect(await second).toMatchObject({ passed: false });
  });

  it('all hear of a database that is away, and ask again the next time', async () => {
    let away = true;
    const queue = openGateQueue(
      (want) => (away ? Promise.reject(new Error('away')) : Promise.resolve(granting(want))),
      1,
    );
    const answers = await Promise.allSettled([queue.pass(rate), queue.pass(rate)]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    away = false;
    expect(await queue.pass(rate)).toMatchObject({ passed: true });
  });
});
