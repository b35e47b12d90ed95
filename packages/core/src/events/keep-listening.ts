import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { reasonOf, watchOutage } from '../queues/outage.ts';
import { backOff } from '../queues/time-limit.ts';
import type { CloudEvent, EventBus, EventListener } from './event-bus.ts';

/** A connection that listens already. */
export interface ListeningConnection {
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>;
  /** Rejects when the other side does not answer in time. */
  ping(): Promise<unknown>;
  end(): void;
}

const heartbeatMs = 10_000;

interface ListenOptions<C extends ListeningConnection> {
  readonly open: (deliver: (event: CloudEvent) => void, attempt: number) => Promise<C>;
  readonly log: Logger;
}

/**
 * The receiving half of an event bus: keeps one connection listening for as long as the process lives. A
 * connection that died silently is found by a ping every 10 seconds.
 */
export function keepListening<C extends ListeningConnection>({ open, log }: ListenOptions<C>) {
  const listeners = new Set<EventListener>();
  const reconnectListeners = new Set<() => void>();
  const outage = watchOutage(log, 'The event bus');
  const closing = new AbortController();
  let connection: C | null = null;

  function call(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'An event listener failed');
    }
  }
  const deliver = (event: CloudEvent) => {
    for (const listener of listeners) call(() => listener(event));
  };

  async function listen(attempt: number, isFirst: boolean): Promise<void> {
    const opened = await open(deliver, attempt);
    const heartbeat = setInterval(() => void opened.ping().catch(() => opened.end()), heartbeatMs);
    const stop = () => opened.end();
    closing.signal.addEventListener('abort', stop);
    if (closing.signal.aborted) stop();
    connection = opened;
    outage.ended();
    if (!isFirst) for (const listener of reconnectListeners) call(listener);
    await opened.ended;
    connection = null;
    clearInterval(heartbeat);
    closing.signal.removeEventListener('abort', stop);
  }

  async function run(): Promise<void> {
    let wasConnected = false;
    let failures = 0;
    for (let attempt = 0; !closing.signal.aborted; attempt += 1) {
      try {
        await listen(attempt, !wasConnected);
        failures = 0;
        wasConnected = true;
        if (!closing.signal.aborted) outage.began('the connection was lost');
      } catch (error) {
        failures += 1;
        outage.began(error);
      }
      await delay(backOff(failures, 50, 2_000), undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }
  const finished = run();

  const subscription: Omit<EventBus, 'publish'> = {
    subscribe: (listener) => register(listeners, listener),
    onReconnect: (listener) => register(reconnectListeners, listener),
    connected: () => connection !== null,
    async close() {
      closing.abort();
      await finished;
    },
  };
  return { ...subscription, connection: () => connection };
}

/** Each registration is its own, even of the same function. */
function register<T extends (...args: never[]) => void>(set: Set<T>, listener: T): () => void {
  const own = ((...args: Parameters<T>) => listener(...args)) as T;
  set.add(own);
  return () => set.delete(own);
}
