import { describe, expect, it, vi } from 'vitest';
import { ExpiringCache } from './expiring-cache.ts';

function openCache({ maxEntries = 3, lifetimeSeconds = 10 } = {}) {
  const clock = { milliseconds: 0 };
  const cache = new ExpiringCache<string>({
    maxEntries,
    lifetimeSeconds,
    monotonicMilliseconds: () => clock.milliseconds,
  });
  return { cache, clock };
}

const away = () => Promise.reject(new Error('away'));

describe('the cache of keys', () => {
  it('loads once within the lifetime and again after it, however often it is used', async () => {
    const { cache, clock } = openCache();
    const load = vi.fn<() => Promise<string>>(async () => 'key');
    await cache.get('a', load);
    clock.milliseconds = 9_999;
    expect(await cache.get('a', load)).toBe('key');
    expect(load).toHaveBeenCalledTimes(1);
    clock.milliseconds = 10_000;
    await cache.get('a', load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('shares one load between all who ask at the same time', async () => {
    const { cache } = openCache();
    const { promise, resolve } = Promise.withResolvers<string>();
    const load = vi.fn<() => Promise<string>>(() => promise);
    const all = Promise.all(Array.from({ length: 100 }, () => cache.get('a', load)));
    resolve('key');
    expect(new Set(await all)).toEqual(new Set(['key']));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('keeps neither failures nor absence', async () => {
    const { cache } = openCache();
    await expect(cache.get('a', away)).rejects.toThrow('away');
    expect(await cache.get('a', async () => null)).toBeNull();
    expect(await cache.get('a', async () => 'key')).toBe('key');
  });

  it('goes on giving what it has while loading would fail', async () => {
    const { cache, clock } = openCache();
    await cache.get('a', async () => 'key');
    clock.milliseconds = 9_999;
    expect(await cache.get('a', away)).toBe('key');
    clock.milliseconds = 10_000;
    await expect(cache.get('a', away)).rejects.toThrow('away');
  });

  it('keeps what it has while a load before its time fails', async () => {
    const { cache, clock } = openCache();
    await cache.get('a', async () => 'key');
    clock.milliseconds = 9_000;
    expect(await cache.get('a', away, { holdSeconds: 60 })).toBe('key');
  });

  it('holds a value for those who rely on it, past its lifetime and the bound', async () => {
    const { cache, clock } = openCache({ maxEntries: 2 });
    await cache.get('a', async () => 'key', { holdSeconds: 60 });
    for (const key of ['b', 'c', 'd']) await cache.get(key, async () => key);
    clock.milliseconds = 9_999;
    expect(await cache.get('a', away)).toBe('key');
    clock.milliseconds = 10_000;
    await expect(cache.get('a', away)).rejects.toThrow('away');
    clock.milliseconds = 59_999;
    expect(await cache.get('a', away, { held: true })).toBe('key');
    clock.milliseconds = 60_000;
    await expect(cache.get('a', away, { held: true })).rejects.toThrow('away');
  });

  it('does not hold again what is past its lifetime: nothing stays for ever by being held', async () => {
    const { cache, clock } = openCache();
    const hold = { holdSeconds: 60 };
    await cache.get('a', async () => 'key', hold);
    clock.milliseconds = 9_999;
    await cache.get('a', away, hold);
    clock.milliseconds = 10_000;
    await expect(cache.get('a', away, hold)).rejects.toThrow('away');
    clock.milliseconds = 69_998;
    expect(await cache.get('a', away, { held: true })).toBe('key');
    clock.milliseconds = 69_999;
    await expect(cache.get('a', away, { held: true })).rejects.toThrow('away');
  });

  it('replaces held values as well when it is renewed', async () => {
    const { cache, clock } = openCache();
    await cache.get('a', async () => 'old', { holdSeconds: 60 });
    clock.milliseconds = 20_000;
    await cache.renew(async (kept) => new Map([...kept.keys()].map((key) => [key, 'new'])));
    expect(await cache.get('a', away, { held: true })).toBe('new');
  });

  it('replaces what changed at its source, and has the old value until the new one is there', async () => {
    const { cache, clock } = openCache();
    for (const key of ['a', 'b']) await cache.get(key, async () => `old ${key}`);
    const { promise, resolve } = Promise.withResolvers<ReadonlyMap<string, string>>();
    const asked = vi.fn<(kept: ReadonlyMap<string, string>) => Promise<ReadonlyMap<string, string>>>(
      () => promise,
    );
    const renewed = cache.renew(asked);
    expect(asked.mock.calls[0]?.[0]).toEqual(
      new Map([
        ['a', 'old a'],
        ['b', 'old b'],
      ]),
    );
    expect(await cache.get('a', away)).toBe('old a');
    clock.milliseconds = 5_000;
    resolve(new Map([['a', 'new a']]));
    await renewed;
    clock.milliseconds = 9_999;
    expect(await cache.get('a', away)).toBe('new a');
    expect(await cache.get('b', away)).toBe('old b');
    clock.milliseconds = 14_999;
    expect(await cache.get('a', away)).toBe('new a');
    await expect(cache.get('b', away)).rejects.toThrow('away');
  });

  it('loads again what was being loaded when it was renewed: it may be from before', async () => {
    const { cache } = openCache();
    const { promise, resolve } = Promise.withResolvers<string>();
    const load = vi.fn<() => Promise<string>>(() => promise);
    const value = cache.get('a', load);
    await cache.renew(async () => new Map());
    load.mockImplementation(async () => 'after');
    resolve('before');
    expect(await value).toBe('after');
    expect(await cache.get('a', away)).toBe('after');
  });

  it('keeps what it has when it cannot be renewed', async () => {
    const { cache } = openCache();
    await cache.get('a', async () => 'key');
    await expect(cache.renew(async () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', away)).toBe('key');
  });

  it('holds no more than it may, and forgets the least recently used', async () => {
    const { cache } = openCache({ maxEntries: 3 });
    for (const key of ['a', 'b', 'c', 'a', 'd']) await cache.get(key, async () => key);
    const load = vi.fn<() => Promise<string>>(async () => 'again');
    for (const key of ['a', 'c', 'd']) expect(await cache.get(key, load)).toBe(key);
    expect(load).not.toHaveBeenCalled();
    expect(await cache.get('b', load)).toBe('again');
  });
});
