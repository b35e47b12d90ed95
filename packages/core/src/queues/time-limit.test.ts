import { describe, expect, it } from 'vitest';
import { backOff, settles, within } from './time-limit.ts';

const never = new Promise<never>(() => undefined);

describe('within', () => {
  it('passes on results and errors that come in time', async () => {
    expect(await within(1_000, 'It', Promise.resolve(1))).toBe(1);
    await expect(within(1_000, 'It', Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('rejects when the time is over', async () => {
    await expect(within(5, 'It', never)).rejects.toThrow('It took longer than 5 ms');
  });
});

describe('settles', () => {
  it('says whether the work ended in time, well or not', async () => {
    expect(await settles(1_000, Promise.resolve())).toBe(true);
    expect(await settles(1_000, Promise.reject(new Error('no')))).toBe(true);
    expect(await settles(5, never)).toBe(false);
  });
});

describe('backOff', () => {
  it('doubles up to a limit, spread by half', () => {
    for (const [attempt, most] of [
      [0, 100],
      [1, 200],
      [3, 800],
      [4, 1_000],
      [10_000, 1_000],
    ] as const) {
      const waitMs = backOff(attempt, 100, 1_000);
      expect(waitMs).toBeGreaterThanOrEqual(most / 2);
      expect(waitMs).toBeLessThanOrEqual(most);
    }
  });
});
