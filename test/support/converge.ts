import { expect } from 'vitest';
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

/** All events of the workspace, from the first; also waits until the last committed ones are published. */
export async function allEvents(client: Client, { database }: Pick<Deployment, 'database'>) {
  await eventually(
    async () => {
      const { rows } = await database.superuser.query(
        `select 1 from event where published_at is null limit 1`,
      );
      return rows.length === 0;
    },
    { describe: 'every event is published', timeoutMs: 15_000 },
  );
  const events: { sequence: string; type: string; subject: string }[] = [];
  for (let path = '/v1/events?limit=100'; ;) {
    const { status, body, text } = await client.get(path);
    expect(status, text).toBe(200);
    events.push(...body.items);
    if (body.items.length < 100) return events;
    path = `/v1/events?limit=100&after=${events.at(-1)?.sequence}`;
  }
}

/** 1, 2, 3, …: no gap, no repetition, in order. */
export function expectGapless(sequences: readonly string[]): void {
  expect(sequences.length).toBeGreaterThan(0);
  expect(sequences).toEqual(sequences.map((_, index) => String(index + 1).padStart(20, '0')));
}
