import { describe, expect, test } from 'vitest';
import type { CloudEvent, EventBus } from '@latchkey/core/events';
import { formatSequence } from '@latchkey/core/events';
import { eventStream } from './event-stream.ts';
import { resumeAfter } from './stream.ts';

function event(number: number): CloudEvent {
  return {
    specversion: '1.0',
    id: `evt_${number}`,
    source: '/workspaces/ws_1',
    type: 'latchkey.credential.created',
    subject: 'cred_1',
    time: '2026-01-01T00:00:00.000Z',
    sequence: formatSequence(number),
    workspaceid: 'ws_1',
    data: {},
  };
}

function ids(text: unknown): number[] {
  return [...String(text).matchAll(/^id: 0*(\d+)$/gm)].map((match) => Number(match[1]));
}

function setUp({
  heartbeatSeconds = 60,
  stillAllowed = () => Promise.resolve(true),
  checkSeconds = 60,
  isSeen = (_sequence: string): boolean => true,
} = {}) {
  const table: CloudEvent[] = [];
  const asked: number[] = [];
  const listeners = new Set<(event: CloudEvent) => void>();
  const bus: EventBus = {
    publish: () => Promise.resolve(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connected: () => true,
    onReconnect: () => () => undefined,
    close: () => Promise.resolve(),
  };
  const abort = new AbortController();
  const stream = eventStream({
    workspaceId: 'ws_1',
    after: formatSequence(0),
    bus,
    read: (after, limit) => {
      asked.push(Number(after));
      const events = table.filter(({ sequence }) => sequence > after && isSeen(sequence)).slice(0, limit);
      return Promise.resolve({ events, through: table.at(-1)?.sequence ?? formatSequence(0) });
    },
    stillAllowed,
    signal: abort.signal,
    heartbeatSeconds,
    checkSeconds,
  });
  const add = (...numbers: number[]) => {
    for (const number of numbers) table.push(event(number));
  };
  const announce = (number: number) => {
    for (const listener of listeners) listener(event(number));
  };
  return { stream, add, announce, abort, listeners, asked };
}

describe('the stream of events', () => {
  test('begins with the retry time, then gives what is there already, then what comes', async () => {
    const { stream, add, announce } = setUp();
    add(1, 2);
    expect((await stream.next()).value).toMatch(/^retry: \d+\n\n/);
    expect(ids((await stream.next()).value)).toEqual([1, 2]);
    const next = stream.next();
    add(3);
    announce(3);
    expect(ids((await next).value)).toEqual([3]);
  });

  test('loses nothing that is announced between reading and waiting, and nothing twice', async () => {
    const { stream, add, announce } = setUp();
    await stream.next();
    add(1);
    announce(1);
    announce(1);
    expect(ids((await stream.next()).value)).toEqual([1]);
    add(2);
    announce(2);
    expect(ids((await stream.next()).value)).toEqual([2]);
  });

  test('finds events without any announcement, at the heartbeat', async () => {
    const { stream, add } = setUp({ heartbeatSeconds: 0.01 });
    await stream.next();
    add(1);
    expect(ids((await stream.next()).value)).toEqual([1]);
    expect((await stream.next()).value).toMatch(/^:/);
  });

  test('reads on through more events than one batch holds', async () => {
    const { stream, add } = setUp();
    add(...Array.from({ length: 450 }, (_, index) => index + 1));
    await stream.next();
    const seen = [];
    while (seen.length < 450) seen.push(...ids((await stream.next()).value));
    expect(seen).toEqual(Array.from({ length: 450 }, (_, index) => index + 1));
  });

  test('skips what the caller may not see, and does not look at it again', async () => {
    const { stream, add, announce, asked } = setUp({ isSeen: (sequence) => Number(sequence) % 3 === 0 });
    add(1, 2, 3, 4, 5);
    await stream.next();
    expect(ids((await stream.next()).value)).toEqual([3]);
    const next = stream.next();
    add(6);
    announce(6);
    expect(ids((await next).value)).toEqual([6]);
    expect(asked).toEqual([0, 5]);
  });

  test('asks whether the caller may listen between two heartbeats', async () => {
    let allowed = true;
    const { stream } = setUp({ checkSeconds: 0.01, stillAllowed: () => Promise.resolve(allowed) });
    await stream.next();
    const next = stream.next();
    allowed = false;
    expect((await next).done).toBe(true);
  });

  test('ends when the caller may no longer listen, and leaves the bus', async () => {
    const { stream, listeners } = setUp({
      heartbeatSeconds: 0.01,
      checkSeconds: 0,
      stillAllowed: () => Promise.resolve(false),
    });
    await stream.next();
    expect(listeners.size).toBe(1);
    expect((await stream.next()).done).toBe(true);
    expect(listeners.size).toBe(0);
  });

  test('ends at once when it is aborted while it waits', async () => {
    const { stream, abort, listeners } = setUp();
    await stream.next();
    const next = stream.next();
    abort.abort();
    expect((await next).done).toBe(true);
    expect(listeners.size).toBe(0);
  });
});

describe('where a stream resumes', () => {
  test('the header of a reconnect wins over the query', () => {
    expect(resumeAfter('7', '3')).toBe('7');
    expect(resumeAfter(undefined, '3')).toBe('3');
    expect(resumeAfter('', undefined)).toBeNull();
  });

  test('anything but digits is refused', () => {
    expect(() => resumeAfter('7 or 1=1', undefined)).toThrow('not valid');
  });
});
