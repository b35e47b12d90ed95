import type { Orm } from '../db/index.ts';
import { openGateQueue, type GateAnswer, type GateQueue } from './gate-queue.ts';
import type { GateKey } from './gate-key.ts';
import { takePermits } from './take-permits.ts';

export type { GateAnswer } from './gate-queue.ts';

/** What one process holds of the gates: permits for the next moments, and who waits for some. */
export interface Gates {
  pass(key: GateKey, rate: number): Promise<GateAnswer>;
  /** The gate has just changed: what is held of it does not count any more. */
  forget(key: GateKey): void;
}

const idleSeconds = 60;

/** @param patienceSeconds how long a caller waits before it is refused */
export function openGates(orm: Orm, { patienceSeconds = 1 }: { patienceSeconds?: number } = {}): Gates {
  const queues = new Map<string, GateQueue>();
  let sweptAt = performance.now();

  function sweep(now: number): void {
    if (now - sweptAt < idleSeconds * 1000) return;
    sweptAt = now;
    for (const [name, queue] of queues) if (queue.idleSince() < now - idleSeconds * 1000) queues.delete(name);
  }

  return {
    pass(key, rate) {
      sweep(performance.now());
      const name = nameOf(key);
      let queue = queues.get(name);
      if (queue === undefined) {
        queue = openGateQueue(
          (want, ofRate) => takePermits(orm.em.fork(), key, ofRate, want),
          patienceSeconds,
        );
        queues.set(name, queue);
      }
      return queue.pass(rate);
    },
    forget: (key) => queues.get(nameOf(key))?.forget(),
  };
}

function nameOf({ provider, clientHash }: GateKey): string {
  return `${provider}.${clientHash.toString('base64')}`;
}
