import { setTimeout as delay } from 'node:timers/promises';

/** Rejects when `work` takes longer than `ms` milliseconds. The work itself goes on; a late failure of it is dropped. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      work,
      delay(ms, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`${what} took longer than ${ms} ms`);
      }),
    ]);
  } finally {
    timer.abort();
  }
}

/** Whether `work` settled, one way or the other, within `ms` milliseconds. */
export async function settles(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  const timeout = delay(ms, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([settled, timeout]);
  } finally {
    timer.abort();
  }
}

/** Milliseconds before the next try: doubles from `first` to `last`, and is spread by half. */
export function backOff(attempt: number, first: number, last: number): number {
  return Math.min(last, first * 2 ** Math.min(attempt, 20)) * (0.5 + Math.random() / 2);
}
