import type { Authorization, CloudEvent } from '@latchkey/api/answers.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followAuthorization } from './follow-authorization.ts';

/** A machine may stand still for a second. */
const patiently = { timeout: 10_000 };

const one = (status: Authorization['status']) => ({ id: 'auth_1', status }) as Authorization;

type Listener = (event: CloudEvent) => void;

/** Answers as the API does: at once what is, and with `wait` not before it changes. */
function openApi(first: Authorization['status']) {
  let current = one(first);
  const listeners = new Set<Listener>();
  const waits: number[] = [];
  vi.stubGlobal('location', { search: '' });
  vi.stubGlobal('fetch', async (address: string, { signal }: RequestInit) => {
    const wait = Number(new URLSearchParams(address.split('?')[1]).get('wait'));
    waits.push(wait);
    if (wait > 0)
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    return Response.json(current);
  });
  return {
    waits,
    listen: (listener: Listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** The long poll says nothing of it: it had not begun yet, or something in between holds it up. */
    change(status: Authorization['status'], subject = 'auth_1') {
      current = one(status);
      for (const listener of listeners) listener({ subject } as CloudEvent);
    },
    listeners,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  vi.stubGlobal('window', new EventTarget());
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('followAuthorization', () => {
  it('tells every change that an event speaks of at once, and ends with the authorization', async () => {
    const api = openApi('queued');
    const seen: string[] = [];
    const end = new AbortController();
    const followed = followAuthorization('auth_1', {
      listen: api.listen,
      onChange: ({ status }) => seen.push(status),
      signal: end.signal,
    });
    await vi.waitFor(() => expect(api.waits).toEqual([0, 25]), patiently);
    api.change('running', 'auth_2');
    await vi.advanceTimersByTimeAsync(10);
    expect(seen).toEqual(['queued']);
    api.change('running');
    await vi.waitFor(() => expect(seen).toEqual(['queued', 'running']), patiently);
    await vi.waitFor(() => expect(api.waits).toEqual([0, 25, 0, 25]), patiently);
    api.change('succeeded');
    await followed;
    expect(seen).toEqual(['queued', 'running', 'succeeded']);
    expect(api.listeners.size).toBe(0);
  });

  it('tells nothing any more after it was ended', async () => {
    const api = openApi('queued');
    const seen: string[] = [];
    const end = new AbortController();
    const followed = followAuthorization('auth_1', {
      listen: api.listen,
      onChange: ({ status }) => seen.push(status),
      signal: end.signal,
    });
    await vi.waitFor(() => expect(api.waits).toEqual([0, 25]), patiently);
    end.abort();
    await followed;
    api.change('succeeded');
    expect(seen).toEqual(['queued']);
    expect(api.listeners.size).toBe(0);
  });

  it('asks again when the API was away, and gives up on what does not exist', async () => {
    const answers = [
      Promise.reject(new TypeError('network')),
      Promise.resolve(Response.json({ status: 503, code: 'x', detail: 'away' }, { status: 503 })),
      Promise.resolve(
        Response.json({ status: 404, code: 'authorization_not_found', detail: 'gone' }, { status: 404 }),
      ),
    ];
    for (const answer of answers) answer.catch(() => undefined);
    vi.stubGlobal('location', { search: '' });
    vi.stubGlobal('fetch', () => answers.shift());
    const followed = followAuthorization('auth_1', {
      listen: () => () => undefined,
      onChange: () => undefined,
      signal: new AbortController().signal,
    });
    const refusal = followed.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(await refusal).toMatchObject({ message: 'gone' });
    expect(answers).toEqual([]);
  });
});
