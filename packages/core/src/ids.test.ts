import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { firstIdAt, idPattern, newId } from './ids.ts';

describe('ids', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('sort by the time they were made at', () => {
    const times = [0, 1, 31, 32, 1023, 1024, 2 ** 40, 1_600_000_000_000, 1_600_000_000_001, 2 ** 48 - 1];
    const ids = times.map((time) => {
      vi.setSystemTime(time);
      return newId('credential');
    });
    expect(ids.toSorted()).toEqual(ids);
  });

  it('of a time are not before the first of that time, nor after the first of a later one', () => {
    vi.setSystemTime(1_700_000_000_000);
    const id = newId('authorization');
    expect(id >= firstIdAt('authorization', new Date(1_700_000_000_000))).toBe(true);
    expect(id < firstIdAt('authorization', new Date(1_700_000_000_001))).toBe(true);
    expect(firstIdAt('authorization', new Date(-1))).toBe(`auth_${'0'.repeat(26)}`);
  });

  it('match the pattern of their kind and of no other', () => {
    const id = newId('credential');
    expect(id).toMatch(idPattern('credential'));
    expect(id).not.toMatch(idPattern('authorization'));
    expect(`${id}0`).not.toMatch(idPattern('credential'));
    expect(`x${id}`).not.toMatch(idPattern('credential'));
    expect(`${id}\n`).not.toMatch(idPattern('credential'));
    expect(id.toUpperCase()).not.toMatch(idPattern('credential'));
  });

  it('never repeat within a millisecond', () => {
    vi.setSystemTime(1_700_000_000_000);
    expect(new Set(Array.from({ length: 10_000 }, () => newId('lease'))).size).toBe(10_000);
  });

  it('carry 80 random bits behind 48 bits of time', () => {
    vi.setSystemTime(1_700_000_000_000);
    const [a, b] = [newId('event').slice(4), newId('event').slice(4)];
    expect(a.slice(0, 9)).toBe(b.slice(0, 9));
    expect(a.slice(10)).not.toBe(b.slice(10));
  });
});
