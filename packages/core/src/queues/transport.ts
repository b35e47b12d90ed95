import type { EventBus } from '../events/event-bus.ts';
import type { JobHandlers } from './job-handlers.ts';
import type { Queues } from './queues.ts';

export interface Workers {
  /**
   * Takes no more jobs and waits for the running handlers, at most `graceMs` milliseconds; what still runs
   * then is cut off from its queue and redelivered elsewhere. Never aborts a handler.
   */
  close(graceMs: number): Promise<void>;
}

/** Jobs and live events on one technology. */
export interface Transport {
  readonly kind: 'redis' | 'postgres';
  readonly bus: EventBus;
  readonly queues: Queues;
  /** @param options `concurrency` is the number of jobs at once, per queue */
  startWorkers(handlers: JobHandlers, options: { concurrency: number }): Promise<Workers>;
  /** Rejects within 5 seconds unless jobs can be added and events arrive. */
  ping(): Promise<void>;
  /** After the workers are closed. */
  close(): Promise<void>;
}
