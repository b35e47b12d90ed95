import type { CloudEvent, EventBus } from './event-bus.ts';

interface WaitOptions<T> {
  readonly bus: EventBus;
  /** Looks at the truth; called again whenever something happened to one of the subjects, and now and then anyway. */
  readonly read: () => Promise<T>;
  readonly done: (value: T) => boolean;
  /** Whether an event wakes the waiter. */
  readonly concerns: (event: CloudEvent, value: T) => boolean;
  readonly waitSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

interface ChangeOptions<T> extends Omit<WaitOptions<T>, 'done'> {
  /** Whether there is nothing to wait for, though nothing has changed. */
  readonly done?: (value: T) => boolean;
}

/** Waits until what is read is no longer what was read first. */
export async function waitForChange<T>({ read, done, ...options }: ChangeOptions<T>): Promise<T> {
  let first: string | undefined;
  return waitUntil({
    ...options,
    read: async () => {
      const value = await read();
      first ??= JSON.stringify(value);
      return value;
    },
    done: (value) => JSON.stringify(value) !== first || done?.(value) === true,
  });
}

/** Polling is the safety net under a bus that may lose messages. */
const pollSeconds = { first: 0.5, most: 3 };

/**
 * Waits for a change without holding a database connection: listens on the bus, which tells when to look, and polls
 * with jitter in case it does not. Returns the last value read, done or not, when the time is up.
 */
export async function waitUntil<T>(options: WaitOptions<T>): Promise<T> {
  const deadline = performance.now() + options.waitSeconds * 1000;
  let wake: () => void = () => undefined;
  let missed = false;
  let value: T | undefined;
  const unsubscribe = options.bus.subscribe((event) => {
    if (value !== undefined && !options.concerns(event, value)) return;
    missed = true;
    wake();
  });
  try {
    for (let poll = pollSeconds.first; ; poll = Math.min(poll * 1.7, pollSeconds.most)) {
      missed = false;
      value = await options.read();
      const left = deadline - performance.now();
      if (options.done(value) || left <= 0 || options.signal?.aborted === true) return value;
      if (missed) continue;
      const pause = Math.min(left, poll * 1000 * (0.75 + Math.random() / 2));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        options.signal?.addEventListener('abort', wake, { once: true });
      });
      options.signal?.removeEventListener('abort', wake);
    }
  } finally {
    unsubscribe();
  }
}
