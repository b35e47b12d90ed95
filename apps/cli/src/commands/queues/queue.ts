/** The path of a queue, or of what is done to it. */
export function pathOf(queue: string, action: string): string {
  return `/v1/queues/${encodeURIComponent(queue)}/${action}`;
}

/** A queue as the API shows it. */
export interface Queue {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly retryable: number;
  readonly oldestWaitingSeconds: number | null;
  readonly workers: number | null;
  readonly paused: boolean;
}

/** What a person wants to see of it on one line. */
export function rowOf(queue: Queue) {
  const { name, waiting, active, delayed, failed, oldestWaitingSeconds, workers, paused } = queue;
  const oldest = oldestWaitingSeconds === null ? null : `${Math.round(oldestWaitingSeconds)} s`;
  return { queue: name, waiting, active, delayed, failed, 'oldest waiting': oldest, workers, paused };
}
