import { reasonOf, type Outage } from '../queues/outage.ts';
import { backOff, within } from '../queues/time-limit.ts';
import { busy } from './relay-lock.ts';

/** What became of a step: all done, and how much that was, or when to try again. */
export type StepResult =
  | { readonly done: true; readonly count: number }
  | { readonly done: false; readonly retryMs: number };

const busyRetryMs = 40;
/** Longer than PostgreSQL lets a silent holder keep the lock. */
const limitMs = 20_000;

interface StepOptions {
  readonly outage: Outage;
  readonly batchSize: number;
  /** One batch: how much it did, or `busy` while another process is at it. */
  readonly work: () => Promise<number | typeof busy>;
}

/** Repeats a step of the relay until nothing is left, and backs off to at most 5 seconds while it fails. */
export function relayStep({ outage, batchSize, work }: StepOptions): () => Promise<StepResult> {
  let failures = 0;
  let notBefore = 0;

  async function drain(): Promise<StepResult> {
    for (let count = 0; ;) {
      const done = await within(limitMs, 'A step of the relay', work());
      if (done === busy) return { done: false, retryMs: busyRetryMs * (0.5 + Math.random()) };
      failures = 0;
      outage.ended();
      count += done;
      if (done < batchSize) return { done: true, count };
    }
  }

  return async () => {
    const waitMs = notBefore - performance.now();
    if (waitMs > 0) return { done: false, retryMs: waitMs };
    try {
      return await drain();
    } catch (error) {
      outage.began(reasonOf(error));
      const retryMs = backOff(failures, 250, 5_000);
      failures += 1;
      notBefore = performance.now() + retryMs;
      return { done: false, retryMs };
    }
  };
}
