import type { Logger } from 'pino';
import { withinWorkspaces, type Orm } from '../db/index.ts';
import { watchOutage } from '../queues/outage.ts';
import { settles } from '../queues/time-limit.ts';
import { recordAudits, type AuditRecord } from './record-audit.ts';

/** Something that was refused to somebody. `data` says why, by a code. */
export interface Refusal extends Omit<AuditRecord, 'outcome' | 'data' | 'action'> {
  readonly action: 'authentication.refuse' | 'lease.refuse';
  readonly data: Readonly<Record<string, string | null>> & { readonly code: string };
}

/**
 * Counts refusals in memory and leaves one entry per kind, caller and subject for each interval, however many there were:
 * who floods the API does not flood the audit. What is counted and not yet written is lost with the process; each refusal
 * is a line of its log as well.
 */
export interface Refusals {
  count(refusal: Refusal): void;
  /** Writes what was counted; keeps it for the next time when the audit takes nothing. */
  flush(): Promise<void>;
  /** Writes once more, for two seconds at most. */
  close(): Promise<void>;
}

interface RefusalsOptions {
  readonly orm: Orm;
  readonly log: Logger;
  readonly everySeconds?: number;
  /** Entries per interval, workspace and action. What goes beyond is counted by code alone. */
  readonly most?: number;
}

interface Counted {
  readonly refusal: Refusal;
  count: number;
  /** By the monotonic clock of this process. */
  readonly since: number;
}

const others = { type: 'nobody', id: 'others', name: 'others' } as const;
const closeMs = 2_000;

export function openRefusals({ orm, log, everySeconds = 60, most = 100 }: RefusalsOptions): Refusals {
  const outage = watchOutage(log, 'The record of refusals');
  let counted = new Map<string, Counted>();
  let perGroup = new Map<string, number>();
  let flushing: Promise<void> | null = null;

  function add(refusal: Refusal, count: number, since: number): void {
    const group = JSON.stringify([refusal.workspaceId, refusal.action]);
    const room = (perGroup.get(group) ?? 0) < most;
    const key = keyOf(refusal);
    const known = counted.get(key);
    if (known === undefined && !room && !isSummary(refusal)) {
      add(summaryOf(refusal), count, since);
      return;
    }
    if (known === undefined) {
      counted.set(key, { refusal, count, since });
      perGroup.set(group, (perGroup.get(group) ?? 0) + 1);
    } else known.count += count;
  }

  async function write(): Promise<void> {
    const taken = [...counted.values()];
    counted = new Map();
    perGroup = new Map();
    try {
      await recordAudits(
        withinWorkspaces(
          orm.em,
          taken.map(({ refusal }) => refusal.workspaceId),
        ),
        taken.map(toRecord),
      );
      outage.ended();
    } catch (error) {
      outage.began(error instanceof Error ? (error.cause ?? error) : error);
      for (const { refusal, count, since } of taken) add(refusal, count, since);
    }
  }

  async function flush(): Promise<void> {
    await flushing;
    flushing = write();
    await flushing;
  }

  const timer = setInterval(() => void flush(), everySeconds * 1000);
  timer.unref();
  return {
    count: (refusal) => add(refusal, 1, performance.now()),
    flush,
    async close() {
      clearInterval(timer);
      await settles(closeMs, flush());
    },
  };
}

function keyOf({ workspaceId, action, actor, clientAddress, subject, data }: Refusal): string {
  return JSON.stringify([workspaceId, action, actor.id, clientAddress, subject, data.code]);
}

/** Everybody for whom there is no room: the code remains. */
function summaryOf({ workspaceId, action, data }: Refusal): Refusal {
  return {
    workspaceId,
    action,
    actor: others,
    subject: 'others',
    requestId: null,
    clientAddress: null,
    data: { code: data.code },
  };
}

function isSummary({ actor }: Refusal): boolean {
  return actor.id === others.id;
}

/** `seconds`: from the first of them to now. Request id and all but the count are those of the first. */
function toRecord({ refusal, count, since }: Counted): AuditRecord {
  const seconds = Math.round((performance.now() - since) / 1000);
  return { ...refusal, outcome: 'refused', data: { ...refusal.data, count, seconds } };
}
