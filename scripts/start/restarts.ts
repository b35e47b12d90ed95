/** What waits before a part that ended is started again: the first time, the second, and every time from then on. */
const restartDelaysMs = [1_000, 10_000, 60_000] as const;

/** Whoever has lived this long begins anew. */
const longLifeMs = 600_000;

/**
 * How long to wait before the next start of a part that has just ended.
 * @param delaysMs in their order; the last one is kept
 * @param now milliseconds of a clock that only goes forward
 */
export function restartDelays(delaysMs: readonly number[] = restartDelaysMs, now = () => performance.now()) {
  let started = now();
  let ended = 0;
  return {
    started: () => void (started = now()),
    /** @returns milliseconds */
    next(): number {
      if (now() - started >= longLifeMs) ended = 0;
      const delay = delaysMs[Math.min(ended, delaysMs.length - 1)] ?? 0;
      ended += 1;
      return delay;
    },
  };
}
