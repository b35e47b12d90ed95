import type { Orm } from '../db/index.ts';
import { batch } from './batch.ts';
import { readCredentials, type LeaseQuestion, type LeaseRow } from './read-credentials.ts';
import { recordLeases, type LeaseRecord } from './record-leases.ts';

/** What concurrent leases of one process share. */
export interface LeaseBatches {
  read(question: LeaseQuestion): Promise<LeaseRow | null>;
  record(lease: LeaseRecord): Promise<void>;
  /** One promise per key while `work` is under way, whoever asks. */
  once(key: string, work: () => Promise<number | null>): Promise<number | null>;
}

const mostPerStatement = 200;

export function openLeaseBatches(orm: Orm): LeaseBatches {
  const underWay = new Map<string, Promise<number | null>>();
  return {
    read: batch((questions) => readCredentials(orm.em.fork(), questions), mostPerStatement),
    record: batch(async (leases: LeaseRecord[]) => {
      await recordLeases(orm.em.fork(), leases);
      return leases.map(() => undefined);
    }, mostPerStatement),
    once(key, work) {
      const running = underWay.get(key);
      if (running !== undefined) return running;
      const started = work().finally(() => underWay.delete(key));
      underWay.set(key, started);
      return started;
    },
  };
}
