import { withinWorkspaces, type Orm } from '../db/index.ts';
import type { EventBus } from '../events/index.ts';
import { batch, distinct } from './batch.ts';
import { readCredentials, type LeaseQuestion, type LeaseRow } from './read-credentials.ts';
import { recordLeases, type LeaseRecord } from './record-leases.ts';
import { openWatches, type Watches } from './watches.ts';

/** What concurrent leases of one process share. */
export interface LeaseBatches extends Watches {
  read(question: LeaseQuestion): Promise<LeaseRow | null>;
  record(lease: LeaseRecord): Promise<void>;
  /** One promise per key while `work` is under way and for a moment after it, whoever asks. */
  once(key: string, work: () => Promise<number | null>): Promise<number | null>;
}

interface LeaseBatchesOptions {
  readonly orm: Orm;
  readonly bus: Pick<EventBus, 'subscribe' | 'onReconnect'>;
  /** Leases that wait at once. */
  readonly mostWaiting: number;
}

const most = { read: 1_000, record: 200 };
const rememberMs = 250;

export function openLeaseBatches({ orm, bus, mostWaiting }: LeaseBatchesOptions): LeaseBatches {
  const reaching = (rows: readonly { workspaceId: string }[]) =>
    withinWorkspaces(
      orm.em,
      rows.map(({ workspaceId }) => workspaceId),
    );
  const asked = new Map<string, Promise<number | null>>();
  return {
    ...openWatches(bus, mostWaiting),
    // Those who wait for one credential look at the same moment, and ask the same.
    read: batch(
      distinct((questions: LeaseQuestion[]) => readCredentials(reaching(questions), questions), keyOf),
      most.read,
    ),
    record: batch(async (leases: LeaseRecord[]) => {
      await recordLeases(reaching(leases), leases);
      return leases.map(() => undefined);
    }, most.record),
    once(key, work) {
      const known = asked.get(key);
      if (known !== undefined) return known;
      const started = work();
      asked.set(key, started);
      const forget = () => asked.delete(key);
      started.then(() => setTimeout(forget, rememberMs).unref(), forget);
      return started;
    },
  };
}

function keyOf({ workspaceId, provider, credentialId }: LeaseQuestion): string {
  return JSON.stringify([workspaceId, provider, credentialId]);
}
