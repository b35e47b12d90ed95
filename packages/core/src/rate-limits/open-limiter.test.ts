import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Limit } from './bucket.ts';
import { openLimiter } from './open-limiter.ts';
import type { Share, Shares } from './redis-shares.ts';

const limit: Limit = { name: 'test.token', count: 10, seconds: 5 };

function setUp(shares: Shares | null = null, size = 100) {
  let time = 0;
  const limiter = openLimiter({ shares, now: () => time, size });
  return {
    limiter,
    pass: (seconds: number) => (time += seconds * 1000),
    takeAll: (id: string, most = 1_000) => {
      let taken = 0;
      while (taken < most && limiter.take(limit, id).allowed) taken += 1;
      return taken;
    },
  };
}

/** What the other processes let through is `others`; what this one tells is kept. */
function fakeShares(answer: (shares: readonly Share[]) => Promise<number[]>) {
  const told: Share[][] = [];
  const shares: Shares = {
    ready: () => true,
    add(report) {
      told.push([...report]);
      return answer(report);
    },
    close: () => undefined,
  };
  return { shares, told };
}

describe('a limit', () => {
  test('lets so many through at once, and says when the next one may come', () => {
    const { limiter, takeAll, pass } = setUp();
    expect(takeAll('a')).toBe(10);
    expect(limiter.take(limit, 'a')).toEqual({
      allowed: false,
      remaining: 0,
      retryAfterSeconds: 0.5,
      fullAfterSeconds: 5,
    });
    pass(0.5);
    expect(takeAll('a')).toBe(1);
    pass(5);
    expect(takeAll('a')).toBe(10);
  });

  test('is one for each id, and for each limit', () => {
    const { limiter, takeAll } = setUp();
    takeAll('a');
    expect(takeAll('b')).toBe(10);
    expect(limiter.take({ ...limit, name: 'other.token' }, 'a').allowed).toBe(true);
  });

  test('is not used by looking, nor by what it refuses', () => {
    const { limiter, takeAll, pass } = setUp();
    for (let n = 0; n < 100; n += 1)
      expect(limiter.look(limit, 'a')).toMatchObject({ allowed: true, remaining: 10 });
    takeAll('a');
    for (let n = 0; n < 100; n += 1) limiter.take(limit, 'a');
    expect(limiter.look(limit, 'a')).toMatchObject({ allowed: false });
    pass(0.5);
    expect(limiter.look(limit, 'a')).toMatchObject({ allowed: true, remaining: 1 });
  });

  test('never lets more through in any span of time than at once plus what refilled in it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 }), (pauses) => {
        const { limiter, pass } = setUp();
        const through: number[] = [];
        let time = 0;
        for (const pause of pauses) {
          pass(pause / 1000);
          time += pause / 1000;
          if (limiter.take(limit, 'a').allowed) through.push(time);
        }
        for (const [first, from] of through.entries())
          for (const [later, to] of through.slice(first).entries())
            expect(later + 1).toBeLessThanOrEqual(
              limit.count + ((to - from) * limit.count) / limit.seconds + 1e-6,
            );
      }),
    );
  });

  test('forgets who was not seen for longest when there are too many', () => {
    const { limiter, takeAll } = setUp(null, 100);
    takeAll('a');
    for (let n = 0; n < 99; n += 1) limiter.take(limit, `other ${n}`);
    expect(limiter.take(limit, 'a').allowed).toBe(false);
    for (let n = 0; n < 100; n += 1) limiter.take(limit, `more ${n}`);
    expect(limiter.take(limit, 'a').allowed).toBe(true);
  });
});

describe('processes together', () => {
  test('know what the others let through before they let one through', async () => {
    const { shares } = fakeShares(async (report) => report.map(({ count }) => count + 9));
    const { limiter } = setUp(shares);
    expect((await limiter.takeTogether(limit, 'a')).allowed).toBe(true);
    expect((await limiter.takeTogether(limit, 'a')).allowed).toBe(false);
  });

  test('refuse one that this process would have let through, where the others used the limit up', async () => {
    const { shares } = fakeShares(async (report) => report.map(({ count }) => count + 10));
    const { limiter } = setUp(shares);
    expect((await limiter.takeTogether(limit, 'a')).allowed).toBe(false);
  });

  test('tell each other once what they let through, however often they are asked', async () => {
    const { shares, told } = fakeShares(async (report) => report.map(({ count }) => count));
    const { limiter } = setUp(shares);
    await Promise.all(Array.from({ length: 6 }, () => limiter.takeTogether(limit, 'a')));
    await limiter.takeTogether(limit, 'b');
    const counted = told.flat().map(({ id, count }) => [id, count]);
    expect(counted.filter(([id]) => id === 'a').reduce((sum, [, count]) => sum + Number(count), 0)).toBe(6);
    expect(counted.at(-1)).toEqual(['b', 1]);
  });

  test('go on by themselves at once while nobody hears them', async () => {
    const { shares, told } = fakeShares(() => Promise.reject(new Error('not asked')));
    const { limiter } = setUp({ ...shares, ready: () => false });
    const answers = await Promise.all(Array.from({ length: 12 }, () => limiter.takeTogether(limit, 'a')));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10);
    expect(told).toEqual([]);
  });

  test('ask only once where the answer fails, and go on by themselves for a second', async () => {
    const { shares, told } = fakeShares(() => Promise.reject(new Error('away')));
    const { limiter, pass } = setUp(shares);
    expect((await limiter.takeTogether(limit, 'a')).allowed).toBe(true);
    expect((await limiter.takeTogether(limit, 'a')).allowed).toBe(true);
    expect(told).toHaveLength(1);
    pass(1.1);
    await limiter.takeTogether(limit, 'a');
    expect(told).toHaveLength(2);
  });

  test('do not wait for an answer that never comes', async () => {
    const { shares, told } = fakeShares(() => new Promise(() => undefined));
    const { limiter } = setUp(shares);
    for (let n = 0; n < 3; n += 1) expect((await limiter.takeTogether(limit, 'a')).allowed).toBe(true);
    expect(told).toHaveLength(1);
  });

  test('do not report who has hardly used a limit', () => {
    const large: Limit = { name: 'large.address', count: 10_000, seconds: 60 };
    const { shares, told } = fakeShares(async (report) => report.map(() => 0));
    const { limiter } = setUp(shares);
    for (let n = 0; n < 50; n += 1) limiter.take(large, `address ${n}`);
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        expect(told).toEqual([]);
        resolve();
      });
    });
  });
});
