import { describe, expect, test, vi } from 'vitest';
import { createTokenCache } from './token-cache.ts';

function setUp({ size = 10 } = {}) {
  let time = 0;
  let asked = 0;
  const cache = createTokenCache<string>({ seconds: 5, size, now: () => time });
  const find = (value: string | null) => () => {
    asked += 1;
    return Promise.resolve(value);
  };
  return { cache, find, asked: () => asked, pass: (seconds: number) => (time += seconds * 1000) };
}

describe('the token cache', () => {
  test('asks once while an answer is fresh, and again after that', async () => {
    const { cache, find, asked, pass } = setUp();
    await cache.through('a', find('A'));
    pass(4.9);
    expect(await cache.through('a', find('B'))).toBe('A');
    pass(0.2);
    expect(await cache.through('a', find('B'))).toBe('B');
    expect(asked()).toBe(2);
  });

  test('F56: a clock that is set back prolongs nothing', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout'] });
    try {
      const { find } = setUp();
      const cache = createTokenCache<string>({ seconds: 5, size: 10 });
      await cache.through('a', find('A'));
      vi.setSystemTime(Date.now() - 300_000);
      vi.advanceTimersByTime(6000);
      expect(await cache.through('a', find('B'))).toBe('B');
    } finally {
      vi.useRealTimers();
    }
  });

  test('does not remember that a token was unknown', async () => {
    const { cache, find } = setUp();
    expect(await cache.through('a', find(null))).toBeNull();
    expect(await cache.through('a', find('A'))).toBe('A');
  });

  test('forgets on demand', async () => {
    const { cache, find } = setUp();
    await cache.through('a', find('A'));
    cache.clear();
    expect(await cache.through('a', find(null))).toBeNull();
  });

  test('stays within its size: the oldest goes', async () => {
    const { cache, find } = setUp({ size: 2 });
    for (const token of ['a', 'b', 'c']) await cache.through(token, find(token));
    expect(await cache.through('c', find('again'))).toBe('c');
    expect(await cache.through('a', find('again'))).toBe('again');
  });
});
