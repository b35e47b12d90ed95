import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('a million new keys leave no more than the size, and the one in use among them', () => {
  const map = new BoundedMap<number>(1_000);
  let most = 0;
  for (let n = 0; n < 1_000_000; n += 1) {
    map.use(`key ${n}`, () => n);
    if (n % 500 === 0) map.use('in use', () => -1);
    most = Math.max(most, map.size);
  }
  expect(most).toBeLessThanOrEqual(1_000);
  expect(map.peek('in use')).toBe(-1);
  expect(map.peek('key 0')).toBeUndefined();
});

test('what was used among the last half of the size is there', () => {
  const map = new BoundedMap<number>(100);
  for (let n = 0; n < 1_000; n += 1) {
    map.set(`key ${n}`, n);
    expect(map.peek(`key ${Math.max(0, n - 49)}`)).toBe(Math.max(0, n - 49));
  }
});

test('a key that is only looked at ages', () => {
  const map = new BoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.peek('a');
  map.set('c', 3);
  expect([map.peek('a'), map.peek('b'), map.peek('c')]).toEqual([undefined, 2, 3]);
});

test('a key that is deleted, or set again, is there once', () => {
  const map = new BoundedMap<number>(4);
  for (const key of ['a', 'b', 'c']) map.set(key, 1);
  map.set('a', 2);
  expect([map.size, map.peek('a')]).toEqual([3, 2]);
  map.delete('b');
  map.delete('c');
  expect([map.size, map.peek('b'), map.peek('c')]).toEqual([1, undefined, undefined]);
});
