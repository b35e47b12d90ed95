import { Gauge, type Registry } from 'prom-client';
import type { JobCounts } from '../queue-control/index.ts';
import { within } from '../queues/time-limit.ts';
import { atMostEvery } from './at-most-every.ts';

/** Where the gauges of shared state come from. One that is absent has no gauge. */
export interface StateSources {
  /** Age of the oldest refresh that is due and that nobody has claimed; 0 where none is. */
  readonly overdueSeconds?: () => Promise<number>;
  /** By queue. */
  readonly queueJobs?: () => Promise<
    Readonly<Record<string, Pick<JobCounts, 'waiting' | 'active' | 'delayed' | 'oldestWaitingSeconds'>>>
  >;
  readonly spillFiles?: () => Promise<number>;
  /** One per OAuth client, so that a provider may be there more than once. */
  readonly gates?: () => Promise<readonly { readonly provider: string; readonly open: boolean }[]>;
  /** Audit entries that wait for their seal. */
  readonly auditUnsealed?: () => Promise<{ readonly entries: number; readonly oldestSeconds: number }>;
}

/** However often somebody scrapes, and however slow a source is. */
const reuseSeconds = 5;
const patienceMs = 2_000;

/** Gauges that are read when somebody scrapes. A source that fails or is slow leaves its gauge without a value. */
export function exposeState(
  registry: Registry,
  labelOf: (provider: string) => string,
  { overdueSeconds, queueJobs, spillFiles, gates, auditUnsealed }: StateSources,
): void {
  const expose = <T>(
    { name, help, labelNames = [] }: { name: string; help: string; labelNames?: string[] },
    source: (() => Promise<T>) | undefined,
    show: (gauge: Gauge, value: T) => void,
  ) => {
    if (source === undefined) return;
    const read = atMostEvery(reuseSeconds, source);
    // oxlint-disable-next-line no-new -- the registry holds it
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const value = await within(patienceMs, name, read()).catch(() => undefined);
        this.reset();
        // Without labels a reset means 0.
        if (value === undefined) this.remove({});
        else show(this, value);
      },
    });
  };
  expose(
    {
      name: 'latchkey_refresh_due_overdue_seconds',
      help: 'Age of the oldest refresh that is due and that no worker has claimed; 0 where none is.',
    },
    overdueSeconds,
    (gauge, seconds) => gauge.set(seconds),
  );
  expose(
    { name: 'latchkey_spill_files', help: 'Token answers that wait in files for the database.' },
    spillFiles,
    (gauge, count) => gauge.set(count),
  );
  expose(
    {
      name: 'latchkey_provider_gate_open',
      help: 'OAuth clients of a provider that no call is made for at the moment.',
      labelNames: ['provider'],
    },
    gates,
    (gauge, views) => {
      for (const { provider, open } of views) gauge.inc({ provider: labelOf(provider) }, open ? 1 : 0);
    },
  );
  const jobs = queueJobs && atMostEvery(reuseSeconds, queueJobs);
  expose(
    {
      name: 'latchkey_queue_jobs',
      help: 'Jobs in the queues, by state.',
      labelNames: ['queue', 'state'],
    },
    jobs,
    (gauge, counts) => {
      for (const [queue, { waiting, active, delayed }] of Object.entries(counts)) {
        gauge.set({ queue, state: 'waiting' }, waiting);
        gauge.set({ queue, state: 'active' }, active);
        gauge.set({ queue, state: 'delayed' }, delayed);
      }
    },
  );
  expose(
    {
      name: 'latchkey_queue_oldest_waiting_seconds',
      help: 'How long the oldest job that should run has waited; 0 where none waits.',
      labelNames: ['queue'],
    },
    jobs,
    (gauge, counts) => {
      for (const [queue, { oldestWaitingSeconds }] of Object.entries(counts))
        gauge.set({ queue }, oldestWaitingSeconds ?? 0);
    },
  );
  const unsealed = auditUnsealed && atMostEvery(reuseSeconds, auditUnsealed);
  expose(
    { name: 'latchkey_audit_unsealed_entries', help: 'Audit entries that wait for their seal.' },
    unsealed,
    (gauge, { entries }) => gauge.set(entries),
  );
  expose(
    {
      name: 'latchkey_audit_unsealed_seconds',
      help: 'Age of the oldest audit entry that waits for its seal; 0 where none does.',
    },
    unsealed,
    (gauge, { oldestSeconds }) => gauge.set(oldestSeconds),
  );
}
