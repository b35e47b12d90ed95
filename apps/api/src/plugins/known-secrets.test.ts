import { describe, expect, test } from 'vitest';
import { digestOf, openKnownSecrets } from './known-secrets.ts';

const address = '192.0.2.1';

function setUp({ size = 10, seconds = 5 } = {}) {
  let time = 0;
  let asked = 0;
  let guessed = 0;
  const guesses = {
    attempt: <T>(_guess: object, find: () => Promise<T | null>) => {
      guessed += 1;
      return find();
    },
    turnsAway: () => true,
    forgetWrong: () => undefined,
  };
  const known = openKnownSecrets<string>({ kind: 'token', seconds, size, guesses, now: () => time });
  const find = (value: string | null) => () => {
    asked += 1;
    return Promise.resolve(value);
  };
  return {
    known,
    find,
    through: (secret: string, value: string | null) => known.through(secret, address, find(value)),
    asked: () => asked,
    guessed: () => guessed,
    pass: (by: number) => (time += by * 1000),
  };
}

describe('known secrets', () => {
  test('are asked about once while an answer is fresh, and again after that', async () => {
    const { through, asked, pass } = setUp();
    await through('a', 'A');
    pass(4.9);
    expect(await through('a', 'B')).toBe('A');
    pass(0.2);
    expect(await through('a', 'B')).toBe('B');
    expect(asked()).toBe(2);
  });

  test('are no guesses, however long ago they were right', async () => {
    const { through, guessed, pass } = setUp();
    await through('a', 'A');
    pass(100_000);
    await through('a', 'A');
    expect(guessed()).toBe(1);
  });

  test('are guesses again once they turned out wrong', async () => {
    const { through, guessed, pass } = setUp();
    await through('a', 'A');
    pass(6);
    expect(await through('a', null)).toBeNull();
    expect(await through('a', 'A')).toBe('A');
    expect(guessed()).toBe(2);
  });

  test('with no time to keep an answer are asked about every time, and are no guesses', async () => {
    const { through, guessed, asked } = setUp({ seconds: 0 });
    for (let n = 0; n < 3; n += 1) await through('a', 'A');
    expect([asked(), guessed()]).toEqual([3, 1]);
  });

  test('that many ask about at once are looked up once', async () => {
    const { through, asked } = setUp();
    expect(await Promise.all([through('a', 'A'), through('a', 'B'), through('a', 'C')])).toEqual([
      'A',
      'A',
      'A',
    ]);
    expect(asked()).toBe(1);
  });

  test('are not turned away, whatever holds for the others', async () => {
    const { known, through, pass } = setUp();
    await through('a', 'A');
    pass(100_000);
    const turnsAway = (secret: string) => known.turnsAway(digestOf('token', secret), address);
    expect([turnsAway('a'), turnsAway('b')]).toEqual([false, true]);
  });

  test('are forgotten on demand, also those whose answer is on its way', async () => {
    const { known, through } = setUp();
    await through('a', 'A');
    const slow = Promise.withResolvers<string | null>();
    const late = known.through('b', address, () => slow.promise);
    known.clear();
    expect(await through('a', null)).toBeNull();
    const again = through('b', 'new');
    slow.resolve('old');
    await late;
    expect(await again).toBe('new');
    expect(await through('b', null)).toBe('new');
  });

  test('stay within their size: the oldest goes', async () => {
    const { through } = setUp({ size: 2 });
    for (const token of ['a', 'b', 'c']) await through(token, token);
    expect(await through('c', 'again')).toBe('c');
    expect(await through('a', 'again')).toBe('again');
  });
});
