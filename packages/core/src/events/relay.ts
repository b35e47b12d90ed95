import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { acrossWorkspaces, type Orm } from '../db/index.ts';
import { watchOutage } from '../queues/outage.ts';
import type { Queues } from '../queues/queues.ts';
import type { EventBus } from './event-bus.ts';
import { numberEvents } from './number-events.ts';
import { publishEvents } from './publish-events.ts';
import { relayLock, sealLock, underLock } from './relay-lock.ts';
import { relayStep, type StepResult } from './relay-step.ts';

interface RelayOptions {
  readonly orm: Orm;
  readonly bus: EventBus;
  readonly queues: Queues;
  readonly log: Logger;
  /** Chains audit rows, at most `limit`, in a transaction of its own, and returns how many. Called by one process at a time. */
  readonly seal: (em: EntityManager, limit: number) => Promise<number>;
}

export interface Relay {
  /** Says that something was committed. Cheap; calls while the relay works make it go round once more. */
  nudge(): void;
  /**
   * Resolves once everything that was committed before the call is numbered, published and sealed, by whichever
   * process, or the relay is closed. During an outage it waits for its end.
   */
  idle(): Promise<void>;
  /** Finishes the round at work. */
  close(): Promise<void>;
}

const batchSize = { number: 1_000, publish: 200, seal: 500 };
const sweepMs = 1_000;
/** Rounds after a nudge leave the audit alone; it is sealed soon after, in bigger batches. */
const sweepSoonMs = 200;
/** Under load a round begins so long after the one before it, and finds more to do; the first after a rest does not wait. */
const paceMs = 20;

/**
 * Turns committed events into numbers, jobs and published events. Many processes run one; each step is done by one
 * of them at a time. Never throws: while PostgreSQL or the transport is away it backs off, and steps that can go on do.
 */
export function startRelay({ orm, bus, queues, log, seal }: RelayOptions): Relay {
  const number = relayStep({
    outage: watchOutage(log, 'The outbox'),
    batchSize: batchSize.number,
    work: () => underLock(orm, relayLock, { durable: true }, (tx) => numberEvents(tx, batchSize.number)),
  });
  const publish = relayStep({
    outage: watchOutage(log, 'The transport of jobs and events'),
    batchSize: batchSize.publish,
    work: () =>
      underLock(orm, relayLock, { durable: false }, (em) =>
        publishEvents(em, { bus, queues, limit: batchSize.publish }),
      ),
  });
  const sealAudit = relayStep({
    outage: watchOutage(log, 'Sealing of the audit'),
    batchSize: batchSize.seal,
    work: () =>
      underLock(orm, sealLock, { durable: false }, () => seal(acrossWorkspaces(orm.em), batchSize.seal)),
  });

  const closing = new AbortController();
  let nudged = false;
  let sleep = new AbortController();
  let pause = new AbortController();
  let idlers: (() => void)[] = [];
  let sweepAt = 0;
  let leftUnpublished = false;

  /** A sweep looks at everything; other rounds only go on from what they numbered. */
  async function round(isSweep: boolean): Promise<StepResult[]> {
    const numbered = await number();
    if (!numbered.done) return [numbered];
    const results: StepResult[] = [numbered];
    if (isSweep || leftUnpublished || numbered.count > 0) {
      const published = await publish();
      leftUnpublished = !published.done;
      results.push(published);
    }
    if (isSweep) results.push(await sealAudit());
    return results;
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      sleep = new AbortController();
      pause = new AbortController();
      nudged = false;
      const started = performance.now();
      const waiting = [...idlers];
      const isSweep = waiting.length > 0 || performance.now() >= sweepAt;
      const results = await round(isSweep);
      if (isSweep && results.every(({ done }) => done)) {
        idlers = idlers.filter((resolve) => !waiting.includes(resolve));
        for (const resolve of waiting) resolve();
      }
      const now = performance.now();
      sweepAt = isSweep ? now + sweepMs * (0.7 + Math.random() * 0.6) : Math.min(sweepAt, now + sweepSoonMs);
      // What was committed meanwhile may have found the lock taken: after work, look once more.
      const again =
        nudged ||
        closing.signal.aborted ||
        idlers.length > waiting.length ||
        results.some((one) => one.done && one.count > 0);
      const retries = results.map((one) => (one.done ? Infinity : one.retryMs));
      if (again) {
        // Whoever has the lock looks once more as well: no need to ask for it at every nudge. Numbering never waits for a
        // transport that is away.
        const [numbered] = results;
        const busyMs = numbered === undefined || numbered.done ? 0 : numbered.retryMs;
        await rest(Math.max(busyMs, started + paceMs - now), pause.signal);
        continue;
      }
      // Rounded up: a timer may fire a little early, and the round would not be the sweep.
      await rest(Math.ceil(Math.max(0, Math.min(sweepAt - now, ...retries))) + 1, sleep.signal);
    }
    for (const resolve of idlers) resolve();
  }
  const finished = run();

  return {
    nudge() {
      nudged = true;
      sleep.abort();
    },
    idle: () =>
      new Promise((resolve) => {
        if (closing.signal.aborted) {
          resolve();
          return;
        }
        idlers.push(resolve);
        sleep.abort();
        pause.abort();
      }),
    async close() {
      closing.abort();
      sleep.abort();
      pause.abort();
      await finished;
    },
  };
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => undefined);
}
