import { ApiError } from '../api/send.ts';

interface FollowOptions<T> {
  /** Asks the server. @param waitSeconds how long it may hold the answer back for a change; 0: not at all */
  read(waitSeconds: number, signal: AbortSignal): Promise<T>;
  isOver(state: T): boolean;
  /** Every answer; after one that is over comes no other. */
  onState(state: T): void;
  /** The server refuses to tell: nothing more comes. Being away for a while is no such thing. */
  onLost(error: ApiError): void;
}

export interface Following {
  /** Asks at once: something says that it has changed. */
  wake(): void;
  stop(): void;
}

const waitSeconds = 25;

/** Several events say that a tab is back; one question answers them. */
const wakeOnceMs = 1000;

/** What the server will not change its mind about. */
function isFinal(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  const { status } = error.problem;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/**
 * Follows something to its end. What the server says is the truth: it is asked by long polls, and at once when the tab
 * comes back, since a browser suspends what is out of sight.
 */
export function follow<T>({ read, isOver, onState, onLost }: FollowOptions<T>): Following {
  const end = new AbortController();
  let wait = 0;
  /** When the question was asked that is open; null: none is. */
  let askedAt: number | null = null;
  /** Something was heard while the open question may have been answered already: it is asked once more. */
  let heardMeanwhile = false;
  let interrupt = new AbortController();

  const wake = () => {
    if (wait === 0 && askedAt !== null && Date.now() - askedAt < wakeOnceMs) {
      heardMeanwhile = true;
      return;
    }
    wait = 0;
    interrupt.abort();
  };
  const endWatch = onReturn(wake);
  const stop = () => {
    end.abort();
    endWatch();
    interrupt.abort();
  };

  const run = async () => {
    for (let failures = 0; !end.signal.aborted;) {
      interrupt = new AbortController();
      const { signal } = interrupt;
      askedAt = Date.now();
      // A connection that died without a word would never answer.
      const timer = setTimeout(() => interrupt.abort(), (wait + 10) * 1000);
      try {
        const state = await read(wait, signal);
        if (end.signal.aborted) return;
        failures = 0;
        const over = isOver(state);
        if (over) stop();
        onState(state);
        wait = heardMeanwhile ? 0 : waitSeconds;
        heardMeanwhile = false;
      } catch (error) {
        if (end.signal.aborted) return;
        if (isFinal(error)) {
          stop();
          onLost(error);
          return;
        }
        if (!signal.aborted) failures += 1;
      } finally {
        askedAt = null;
        clearTimeout(timer);
      }
      if (!signal.aborted) await pause(failures === 0 ? 250 : Math.min(500 * 2 ** failures, 10_000), signal);
    }
  };
  void run();
  return { wake, stop };
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Calls back whenever the person is here again. @returns ends it */
function onReturn(listener: () => void): () => void {
  const whenVisible = () => {
    if (document.visibilityState === 'visible') listener();
  };
  const events = ['focus', 'pageshow', 'online'] as const;
  document.addEventListener('visibilitychange', whenVisible);
  for (const event of events) window.addEventListener(event, listener);
  return () => {
    document.removeEventListener('visibilitychange', whenVisible);
    for (const event of events) window.removeEventListener(event, listener);
  };
}
