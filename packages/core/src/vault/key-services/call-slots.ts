/** Lets few calls of a process at a time reach a service; the others wait in their order. */
export interface CallSlots {
  /** @throws the reason of the signal when it comes first; a call that goes on then keeps its slot until it ends */
  use<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T>;
}

export function openCallSlots(most: number): CallSlots {
  let free = most;
  const waiting = new Set<() => void>();

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  }

  async function enter(signal: AbortSignal): Promise<void> {
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const proceed = () => {
      waiting.delete(proceed);
      resolve(undefined);
    };
    waiting.add(proceed);
    try {
      await unlessAborted(signal, promise);
    } catch (error) {
      // Its turn may have come at the same moment.
      if (!waiting.delete(proceed)) leave();
      throw error;
    }
  }

  return {
    async use(signal, call) {
      signal.throwIfAborted();
      await enter(signal);
      if (signal.aborted) leave();
      signal.throwIfAborted();
      const running = call().finally(leave);
      running.catch(() => undefined);
      return unlessAborted(signal, running);
    },
  };
}

async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
