import { describe, expect, test } from 'vitest';
import { limitClasses, limitsOf } from '../rate-limits/limit-classes.ts';
import { openGuesses } from './guesses.ts';

const here = '192.0.2.1';

function setUp({ limits = limitsOf('guess', limitClasses.guess), size = 10_000 } = {}) {
  let time = 0;
  let asked = 0;
  const refused: string[] = [];
  const guesses = openGuesses({
    limits,
    size,
    now: () => time,
    onRefusal: (by, address) => refused.push(`${by} ${address}`),
  });
  /** 'right', 'wrong', or the code of the refusal. */
  const attempt = (key: string, { address = here, right = false } = {}) =>
    guesses
      .attempt({ key, address }, () => {
        asked += 1;
        return Promise.resolve(right ? key : null);
      })
      .then(
        (value) => (value === null ? 'wrong' : 'right'),
        (error: { code: string }) => error.code,
      );
  const flood = async (count: number, options: { address?: string } = {}) => {
    const answers: string[] = [];
    for (let n = 0; n < count; n += 1) answers.push(await attempt(`flood ${time} ${n}`, options));
    return answers;
  };
  return {
    guesses,
    attempt,
    flood,
    refused,
    asked: () => asked,
    pass: (seconds: number) => (time += seconds * 1000),
  };
}

const count = (answers: readonly string[], answer: string) =>
  answers.filter((each) => each === answer).length;

describe('guesses of one address', () => {
  test('are looked up 20 times at once and 5 times a second from then on, and refused without a look-up beyond', async () => {
    const { flood, asked, refused, pass } = setUp();
    expect(count(await flood(100), 'wrong')).toBe(20);
    expect(refused).toHaveLength(80);
    pass(1);
    expect(count(await flood(100), 'wrong')).toBe(5);
    expect(asked()).toBe(25);
    pass(60);
    expect(count(await flood(100), 'wrong')).toBe(20);
  });

  test('that are right cost nothing', async () => {
    const { attempt, flood } = setUp();
    for (let n = 0; n < 1_000; n += 1) expect(await attempt(`mine ${n}`, { right: true })).toBe('right');
    expect(count(await flood(20), 'wrong')).toBe(20);
  });

  test('leave other addresses alone', async () => {
    const { attempt, flood } = setUp();
    await flood(100);
    expect(await attempt('other', { address: '192.0.2.2', right: true })).toBe('right');
  });

  test('let a right one in that comes back after a second, while the flood goes on', async () => {
    const { attempt, flood, pass } = setUp();
    await flood(1_000);
    expect(await attempt('mine', { right: true })).toBe('too_many_requests');
    expect(await attempt('mine', { right: true })).toBe('too_many_requests');
    pass(1);
    await flood(1_000);
    expect(await attempt('mine', { right: true })).toBe('right');
  });

  test('let no more than one a second in by coming back, however many come back', async () => {
    const { attempt, flood, pass } = setUp();
    await flood(100);
    const tokens = Array.from({ length: 50 }, (_, n) => `again ${n}`);
    for (const token of tokens) await attempt(token);
    const looked: number[] = [];
    for (let second = 0; second < 4; second += 1) {
      pass(1);
      await flood(100);
      const answers: string[] = [];
      for (const token of tokens.slice(second * 10)) answers.push(await attempt(token));
      looked.push(count(answers, 'wrong'));
    }
    // Two are saved up at first.
    expect(looked).toEqual([2, 1, 1, 1]);
  });

  test('that are repeated are known to be wrong: no look-up, no charge', async () => {
    const { attempt, flood, asked, pass } = setUp();
    for (let n = 0; n < 1_000; n += 1) expect(await attempt('revoked')).toBe('wrong');
    expect(asked()).toBe(1);
    expect(count(await flood(19), 'wrong')).toBe(19);
    pass(61);
    await attempt('revoked');
    expect(asked()).toBe(21);
  });
});

describe('guesses of many addresses', () => {
  test('are looked up 100 times at once and 25 times a second together', async () => {
    const { attempt, pass } = setUp();
    const fromEverywhere = async () => {
      const answers: string[] = [];
      for (let n = 0; n < 1_000; n += 1)
        answers.push(await attempt(`${Math.random()}`, { address: `10.0.${n >> 8}.${n & 255}` }));
      return count(answers, 'wrong');
    };
    expect(await fromEverywhere()).toBe(100);
    pass(1);
    expect(await fromEverywhere()).toBe(25);
  });

  test('let a right one in that comes back after a second', async () => {
    const { attempt, flood, pass } = setUp();
    for (let n = 0; n < 300; n += 1) await attempt(`wrong ${n}`, { address: `10.0.0.${n}` });
    expect(await attempt('mine', { right: true })).toBe('too_many_requests');
    pass(1);
    for (let n = 0; n < 300; n += 1) await attempt(`more ${n}`, { address: `10.0.0.${n}` });
    expect(await flood(1)).toEqual(['too_many_requests']);
    expect(await attempt('mine', { right: true })).toBe('right');
  });
});

describe('what is asked at once', () => {
  test('never takes more than two look-ups, nor looks one up that became one too many while it waited', async () => {
    let running = 0;
    let most = 0;
    let asked = 0;
    const guesses = openGuesses({
      limits: limitsOf('guess', limitClasses.guess),
      onRefusal: () => undefined,
      now: () => 0,
    });
    const answers = await Promise.allSettled(
      Array.from({ length: 400 }, (_, n) =>
        guesses.attempt({ key: `${n}`, address: here }, async () => {
          asked += 1;
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          running -= 1;
          return null;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(asked).toBeLessThanOrEqual(21);
    expect(answers.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(379);
  });

  test('elsewhere takes no turn of a look-up, however long it takes, and is charged all the same', async () => {
    const { guesses, attempt, flood } = setUp();
    const slow = Promise.withResolvers<null>();
    const elsewhere = Array.from({ length: 10 }, (_, n) =>
      guesses.attemptElsewhere({ key: `slow ${n}`, address: here }, () => slow.promise),
    );
    expect(await attempt('mine', { right: true })).toBe('right');
    slow.resolve(null);
    expect(await Promise.all(elsewhere)).toEqual(Array.from({ length: 10 }, () => null));
    expect(count(await flood(100), 'wrong')).toBe(10);
  });

  test('goes on after a look-up that failed', async () => {
    const { guesses, attempt } = setUp();
    for (let n = 0; n < 10; n += 1) {
      const failing = guesses.attempt({ key: 'a', address: here }, () => Promise.reject(new Error('away')));
      await expect(failing).rejects.toThrow('away');
    }
    expect(await attempt('a', { right: true })).toBe('right');
  });
});

describe('what would be refused', () => {
  test('is what is refused, and is counted as such', async () => {
    const { guesses, flood, attempt, refused, pass } = setUp();
    expect(guesses.turnsAway({ key: 'a', address: here })).toBe(false);
    await flood(20);
    expect(guesses.turnsAway({ key: 'a', address: here })).toBe(true);
    expect(refused).toEqual([`address ${here}`]);
    pass(1);
    await flood(5);
    expect(guesses.turnsAway({ key: 'b', address: here })).toBe(true);
    expect(guesses.turnsAway({ key: 'a', address: here })).toBe(false);
    expect(await attempt('a', { right: true })).toBe('right');
    expect(guesses.turnsAway({ key: 'flood 0 0', address: here })).toBe(false);
  });

  test('is nothing where there are no limits', async () => {
    const { flood, guesses } = setUp({ limits: {} });
    expect(count(await flood(1_000), 'wrong')).toBe(1_000);
    expect(guesses.turnsAway({ key: 'a', address: here })).toBe(false);
  });
});

test('what was found wrong is asked again once something was changed that may make it right', async () => {
  const { guesses, attempt, asked } = setUp();
  expect(await attempt('expired')).toBe('wrong');
  expect(await attempt('expired', { right: true })).toBe('wrong');
  expect(asked()).toBe(1);
  guesses.forgetWrong();
  expect(await attempt('expired', { right: true })).toBe('right');
});
