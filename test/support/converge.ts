import type { Client } from './client.ts';
import { eventually } from './eventually.ts';
import type { Deployment } from './processes.ts';
import { secondsSince } from './seconds-since.ts';

/**
 * Waits until no authorization is at work any more.
 * @returns seconds that it took
 */
export async function converge(
  { database }: Pick<Deployment, 'database'>,
  withinSeconds: number,
): Promise<number> {
  const started = performance.now();
  const open = `select kind, status, attempts, error_code from "authorization" where status in ('queued', 'running')`;
  await eventually(
    async () => {
      const { rows } = await database.superuser.query(open);
      if (rows.length > 0)
        throw new Error(`still at work: ${JSON.stringify(rows.slice(0, 5))} of ${rows.length}`);
      return true;
    },
    { describe: 'every authorization has ended', timeoutMs: withinSeconds * 1000, intervalMs: 100 },
  );
  return secondsSince(started);
}

/** The sequences of all events of the workspace, once the last committed one is published. */
export async function allSequences(
  client: Client,
  { database }: Pick<Deployment, 'database'>,
): Promise<string[]> {
  await eventually(
    async () => {
      const { rows } = await database.superuser.query(
        `select 1 from event where published_at is null limit 1`,
      );
      return rows.length === 0;
    },
    { describe: 'every event is published', timeoutMs: 15_000 },
  );
  const sequences: string[] = [];
  for (let path = '/v1/events?limit=100'; ; path = `/v1/events?limit=100&after=${sequences.at(-1)}`) {
    const { status, body, text } = await client.get(path);
    if (status !== 200) throw new Error(text);
    const items = body.items as { sequence: string }[];
    sequences.push(...items.map(({ sequence }) => sequence));
    if (items.length < 100) return sequences;
  }
}

/** 1, 2, 3, …: no gap, no repetition, in order. */
export function firstSequences(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1).padStart(20, '0'));
}
