import type { EventBus } from '../events/index.ts';

/** One caller's place among those who wait for a credential. */
export interface Watch {
  /** Rises whenever there may be something to see. Ask before looking, so that nothing is missed meanwhile. */
  turn(): number;
  /** Resolves when the turn is no longer `seen`, after `mostMs` milliseconds, or when `signal` is aborted. */
  next(seen: number, mostMs: number, signal?: AbortSignal): Promise<void>;
  leave(): void;
}

export interface Watches {
  /** Null when as many wait already as may. */
  join(credentialId: string): Watch | null;
}

/** What all who wait for one credential share. */
interface Shared {
  turn: number;
  members: number;
  pollMs: number;
  timer: NodeJS.Timeout | undefined;
  readonly wakes: Set<() => void>;
}

/** Polling is the safety net under a bus that may lose messages. */
const pollMs = { first: 500, most: 3_000 };

/**
 * Lets many callers wait for few credentials: one subscription for all, and one jittered timer per credential. Nobody
 * holds a database connection.
 * @param most callers who wait at once
 */
export function openWatches(bus: Pick<EventBus, 'subscribe' | 'onReconnect'>, most: number): Watches {
  const watched = new Map<string, Shared>();
  let waiting = 0;
  let stopListening = () => {};

  function wake(shared: Shared): void {
    shared.turn += 1;
    for (const resolve of shared.wakes) resolve();
  }

  function listen(): () => void {
    const stops = [
      bus.subscribe(({ subject }) => {
        const shared = watched.get(subject);
        if (shared !== undefined) wake(shared);
      }),
      // Events may have been missed.
      bus.onReconnect(() => watched.forEach(wake)),
    ];
    return () => stops.forEach((stop) => stop());
  }

  function poll(shared: Shared): void {
    shared.timer = setTimeout(
      () => {
        shared.pollMs = Math.min(shared.pollMs * 1.7, pollMs.most);
        poll(shared);
        wake(shared);
      },
      shared.pollMs * (0.75 + Math.random() / 2),
    );
  }

  function enter(credentialId: string): Shared {
    const known = watched.get(credentialId);
    if (known !== undefined) return known;
    if (watched.size === 0) stopListening = listen();
    const shared: Shared = {
      turn: 0,
      members: 0,
      pollMs: pollMs.first,
      timer: undefined,
      wakes: new Set(),
    };
    watched.set(credentialId, shared);
    poll(shared);
    return shared;
  }

  function leave(credentialId: string, shared: Shared): void {
    waiting -= 1;
    shared.members -= 1;
    if (shared.members > 0) return;
    clearTimeout(shared.timer);
    watched.delete(credentialId);
    if (watched.size === 0) stopListening();
  }

  return {
    join(credentialId) {
      if (waiting >= most) return null;
      const shared = enter(credentialId);
      waiting += 1;
      shared.members += 1;
      return {
        turn: () => shared.turn,
        next: (seen, mostMs, signal) => nextTurn(shared, seen, mostMs, signal),
        leave: () => leave(credentialId, shared),
      };
    },
  };
}

async function nextTurn(shared: Shared, seen: number, mostMs: number, signal?: AbortSignal): Promise<void> {
  if (shared.turn !== seen || signal?.aborted === true) return;
  await new Promise<void>((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      shared.wakes.delete(wake);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, mostMs);
    shared.wakes.add(wake);
    signal?.addEventListener('abort', wake);
  });
}
