import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/send.ts';
import { follow } from './follow.ts';

/** A machine may stand still for a second. */
const patiently = { timeout: 10_000 };

const isOver = (state: string) => state === 'succeeded';

function refusal(status: number): ApiError {
  return new ApiError({ status, code: 'x', title: '', detail: '', requestId: '' });
}

/** A long poll that a test answers. */
function openServer() {
  const asked: { wait: number; answer: (state: string) => void; fail: (error: unknown) => void }[] = [];
  const read = async (wait: number, signal: AbortSignal) =>
    new Promise<string>((answer, fail) => {
      signal.addEventListener('abort', () => fail(signal.reason));
      asked.push({ wait, answer, fail });
    });
  const next = async (count: number) => {
    await vi.waitFor(() => expect(asked.length).toBe(count), patiently);
    const last = asked.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return last;
  };
  return { asked, read, next };
}

describe('follow', () => {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const window = new EventTarget();
  const onState = vi.fn();
  const onLost = vi.fn();

  beforeEach(() => {
    vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 50 });
    vi.stubGlobal('document', page);
    vi.stubGlobal('window', window);
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.resetAllMocks();
  });

  it('asks at once, then by long polls, until it is over', async () => {
    const { read, next, asked } = openServer();
    follow({ read, isOver, onState, onLost });
    (await next(1)).answer('queued');
    const second = await next(2);
    expect(asked.map(({ wait }) => wait)).toEqual([0, 25]);
    second.answer('succeeded');
    await vi.waitFor(() => expect(onState.mock.calls).toEqual([['queued'], ['succeeded']]), patiently);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['the tab is shown again', () => page.dispatchEvent(new Event('visibilitychange'))],
    ['the window gets the focus', () => window.dispatchEvent(new Event('focus'))],
    ['the page comes out of the cache', () => window.dispatchEvent(new Event('pageshow'))],
  ])('console C21: asks at once when %s', async (_what, happen) => {
    const { read, next } = openServer();
    follow({ read, isOver, onState, onLost });
    (await next(1)).answer('queued');
    await next(2);
    happen();
    const third = await next(3);
    expect(third.wait).toBe(0);
    third.answer('succeeded');
    await vi.waitFor(() => expect(onState).toHaveBeenLastCalledWith('succeeded'), patiently);
  });

  it('console C15: any number of hints and returns makes one end', async () => {
    const { read, next, asked } = openServer();
    const following = follow({ read, isOver, onState, onLost });
    (await next(1)).answer('queued');
    await next(2);
    following.wake();
    window.dispatchEvent(new Event('focus'));
    page.dispatchEvent(new Event('visibilitychange'));
    (await next(3)).answer('succeeded');
    await vi.waitFor(() => expect(onState).toHaveBeenCalledTimes(2), patiently);
    following.wake();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onState).toHaveBeenCalledTimes(2);
    expect(asked).toHaveLength(3);
  });

  it('asks once more after a hint that came while a question was open, which may have been answered before', async () => {
    const { read, next, asked } = openServer();
    const { wake } = follow({ read, isOver, onState, onLost });
    const first = await next(1);
    wake();
    wake();
    first.answer('running');
    (await next(2)).answer('running');
    await next(3);
    expect(asked.map(({ wait }) => wait)).toEqual([0, 0, 25]);
  });

  it('goes on after the network or the server was away', async () => {
    const { read, next } = openServer();
    follow({ read, isOver, onState, onLost });
    (await next(1)).fail(refusal(0));
    (await next(2)).fail(refusal(503));
    await vi.advanceTimersByTimeAsync(10_000);
    (await next(3)).answer('succeeded');
    await vi.waitFor(() => expect(onState).toHaveBeenCalledExactlyOnceWith('succeeded'), patiently);
    expect(onLost).not.toHaveBeenCalled();
  });

  it('goes on after a connection that died without a word', async () => {
    const { read, next } = openServer();
    follow({ read, isOver, onState, onLost });
    await next(1);
    await vi.advanceTimersByTimeAsync(11_000);
    (await next(2)).answer('succeeded');
    await vi.waitFor(() => expect(onState).toHaveBeenCalledOnce(), patiently);
  });

  it('ends when the server refuses to tell', async () => {
    const { read, next } = openServer();
    follow({ read, isOver, onState, onLost });
    const error = refusal(404);
    (await next(1)).fail(error);
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledExactlyOnceWith(error), patiently);
  });

  it('says nothing more once it is stopped', async () => {
    const { read, next, asked } = openServer();
    const following = follow({ read, isOver, onState, onLost });
    const first = await next(1);
    following.stop();
    first.answer('succeeded');
    window.dispatchEvent(new Event('focus'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onState).not.toHaveBeenCalled();
    expect(asked).toHaveLength(1);
  });
});
