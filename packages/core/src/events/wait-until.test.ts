import { describe, expect, it } from 'vitest';
import type { CloudEvent, EventBus } from './event-bus.ts';
import { waitUntil } from './wait-until.ts';

function fakeBus() {
  const listeners = new Set<(event: CloudEvent) => void>();
  const bus = {
    subscribe(listener: (event: CloudEvent) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as EventBus;
  const emit = (subject: string) => {
    for (const listener of listeners) listener({ subject } as CloudEvent);
  };
  return { bus, emit, listeners };
}

describe('waitUntil', () => {
  it('returns at once when there is nothing to wait for, and leaves no listener behind', async () => {
    const { bus, listeners } = fakeBus();
    const value = await waitUntil({
      bus,
      waitSeconds: 60,
      concerns: () => true,
      done: () => true,
      read: async () => 7,
    });
    expect(value).toBe(7);
    expect(listeners.size).toBe(0);
  });

  it('looks again as soon as something happened, not at the next poll', async () => {
    const { bus, emit } = fakeBus();
    let state = 'queued';
    let reads = 0;
    const read = async () => {
      reads += 1;
      return state;
    };
    const waiting = waitUntil({
      bus,
      waitSeconds: 60,
      concerns: () => true,
      done: (value) => value === 'done',
      read,
    });
    await new Promise((resolve) => setImmediate(resolve));
    state = 'done';
    emit('cred_1');
    expect(await waiting).toBe('done');
    expect(reads).toBe(2);
  });

  it('misses nothing that happens while it reads', async () => {
    const { bus, emit } = fakeBus();
    let state = 'queued';
    const read = async () => {
      const seen = state;
      if (seen === 'queued') {
        state = 'done';
        emit('cred_1');
      }
      return seen;
    };
    const waiting = waitUntil({
      bus,
      waitSeconds: 60,
      concerns: () => true,
      done: (value) => value === 'done',
      read,
    });
    expect(await waiting).toBe('done');
  });

  it('finds the change by polling when the bus says nothing', async () => {
    const { bus } = fakeBus();
    let reads = 0;
    const read = async () => {
      reads += 1;
      return reads;
    };
    expect(
      await waitUntil({ bus, waitSeconds: 60, concerns: () => true, done: (value) => value === 2, read }),
    ).toBe(2);
  });

  it('answers with what there is when the caller goes away', async () => {
    const { bus } = fakeBus();
    const caller = new AbortController();
    const waiting = waitUntil({
      bus,
      waitSeconds: 60,
      signal: caller.signal,
      concerns: () => true,
      done: () => false,
      read: async () => 'queued',
    });
    await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    expect(await waiting).toBe('queued');
  });
});
