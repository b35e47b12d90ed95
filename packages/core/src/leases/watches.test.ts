import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CloudEvent } from '../events/index.ts';
import { openWatches, type Watch } from './watches.ts';

function fakeBus() {
  const listeners = new Set<(event: CloudEvent) => void>();
  const reconnects = new Set<() => void>();
  const add = <T>(set: Set<T>, listener: T) => {
    set.add(listener);
    return () => set.delete(listener);
  };
  return {
    bus: {
      subscribe: (listener: (event: CloudEvent) => void) => add(listeners, listener),
      onReconnect: (listener: () => void) => add(reconnects, listener),
    },
    emit: (subject: string) => listeners.forEach((listener) => listener({ subject } as CloudEvent)),
    reconnect: () => reconnects.forEach((listener) => listener()),
    count: () => listeners.size + reconnects.size,
  };
}

const long = 60_000;

/** What is over by now, by the position of the promise. */
async function settled(promises: readonly Promise<void>[]): Promise<boolean[]> {
  const over = promises.map(() => false);
  promises.forEach((promise, index) => void promise.then(() => (over[index] = true)));
  await vi.advanceTimersByTimeAsync(0);
  return over;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function joined(watches: ReturnType<typeof openWatches>, id: string): Watch {
  const watch = watches.join(id);
  if (watch === null) throw new Error('There is no room.');
  return watch;
}

describe('watches', () => {
  it('an event wakes all who wait for its subject, and nobody else', async () => {
    const { bus, emit } = fakeBus();
    const watches = openWatches(bus, 10);
    const waits = ['cred_1', 'cred_1', 'cred_2'].map((id) => joined(watches, id).next(0, long));
    emit('cred_1');
    expect(await settled(waits)).toEqual([true, true, false]);
  });

  it('a hundred waiters share one subscription and one timer, besides the end of their own wait', () => {
    const { bus, count } = fakeBus();
    const watches = openWatches(bus, 1000);
    const one = joined(watches, 'cred_1');
    const before = { listeners: count(), timers: vi.getTimerCount() };
    const all = Array.from({ length: 100 }, () => joined(watches, 'cred_1'));
    expect({ listeners: count(), timers: vi.getTimerCount() }).toEqual(before);
    for (const watch of [one, ...all]) watch.leave();
    expect(count()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('what happens between a look and the pause after it is not missed', async () => {
    const { bus, emit } = fakeBus();
    const watch = joined(openWatches(bus, 10), 'cred_1');
    const seen = watch.turn();
    emit('cred_1');
    expect(await settled([watch.next(seen, long)])).toEqual([true]);
    expect(await settled([watch.next(watch.turn(), long)])).toEqual([false]);
  });

  it('a bus that says nothing is made up for by looking now and then', async () => {
    const { bus } = fakeBus();
    const watches = openWatches(bus, 10);
    const watch = joined(watches, 'cred_1');
    for (let look = 0; look < 5; look += 1) {
      const waits = [watch, joined(watches, 'cred_1')].map((each) => each.next(each.turn(), long));
      await vi.advanceTimersByTimeAsync(3_750);
      expect(await settled(waits)).toEqual([true, true]);
    }
  });

  it('a bus that was away may have missed something: all look', async () => {
    const { bus, reconnect } = fakeBus();
    const watches = openWatches(bus, 10);
    const waits = ['cred_1', 'cred_2'].map((id) => joined(watches, id).next(0, long));
    reconnect();
    expect(await settled(waits)).toEqual([true, true]);
  });

  it('a wait ends with its time or its caller, and the others wait on', async () => {
    const { bus } = fakeBus();
    const watches = openWatches(bus, 10);
    const caller = new AbortController();
    const [short, aborted, other] = [0, 1, 2].map(() => joined(watches, 'cred_1')) as [Watch, Watch, Watch];
    const waits = [short.next(0, 100), aborted.next(0, long, caller.signal), other.next(0, long)];
    expect(await settled(waits)).toEqual([false, false, false]);
    caller.abort();
    expect(await settled(waits)).toEqual([false, true, false]);
    await vi.advanceTimersByTimeAsync(100);
    expect(await settled(waits)).toEqual([true, true, false]);
    expect(await settled([aborted.next(0, long, caller.signal)])).toEqual([true]);
  });

  it('only so many may wait, over all credentials, until one leaves', () => {
    const watches = openWatches(fakeBus().bus, 2);
    const first = joined(watches, 'cred_1');
    joined(watches, 'cred_2');
    expect(watches.join('cred_1')).toBeNull();
    expect(watches.join('cred_3')).toBeNull();
    first.leave();
    expect(watches.join('cred_3')).not.toBeNull();
    expect(watches.join('cred_1')).toBeNull();
  });
});
