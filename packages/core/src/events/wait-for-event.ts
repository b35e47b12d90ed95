import type { CloudEvent, EventBus } from './event-bus.ts';

/**
 * The first event that matches, or null when the time is over or `signal` aborts first.
 * It is a hint: events can be missed while the bus is disconnected, so read the state after it either way.
 */
export function waitForEvent(
  bus: EventBus,
  matches: (event: CloudEvent) => boolean,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<CloudEvent | null> {
  return new Promise((resolve) => {
    const settle = (event: CloudEvent | null) => {
      clearTimeout(timer);
      unsubscribe();
      signal?.removeEventListener('abort', giveUp);
      resolve(event);
    };
    const giveUp = () => settle(null);
    const timer = setTimeout(giveUp, timeoutMs);
    const unsubscribe = bus.subscribe((event) => {
      if (matches(event)) settle(event);
    });
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted === true) giveUp();
  });
}
