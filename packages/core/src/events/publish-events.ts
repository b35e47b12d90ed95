import { sql } from 'kysely';
import type { Db } from '../db/index.ts';
import type { Queues } from '../queues/queues.ts';
import type { EventBus } from './event-bus.ts';
import { reactionsTo } from './reactions.ts';
import { toCloudEvent, type EventRow } from './to-cloud-event.ts';

interface PublishOptions {
  readonly bus: EventBus;
  readonly queues: Queues;
  readonly limit: number;
}

/**
 * Turns numbered events into jobs, then tells the bus, then marks them, and returns how many. Only under the relay's
 * lock. Killed anywhere it is done again: jobs are added once by their id, the bus may say an event twice.
 * @throws what the transport threw, once nothing of the batch is under way any more
 */
export async function publishEvents(tx: Db, { bus, queues, limit }: PublishOptions): Promise<number> {
  const events = await readUnpublished(tx, limit);
  if (events.length === 0) return 0;
  const jobs = events.flatMap((event) => reactionsTo(event));
  if (jobs.length > 0) await queues.addAll(jobs);
  await allOf(events.map((event) => bus.publish(toCloudEvent(event))));
  await tx
    .updateTable('event')
    .set({ publishedAt: sql`clock_timestamp()` })
    .where(
      'id',
      'in',
      events.map(({ id }) => id),
    )
    .execute();
  return events.length;
}

/** The first events of each workspace before the second of any, so that one with a backlog delays no other. */
async function readUnpublished(tx: Db, limit: number): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select id, workspace_id as "workspaceId", type, subject, data, time, sequence
    from (
      select *, row_number() over (partition by workspace_id order by sequence) as rank
      from event where published_at is null and sequence is not null
    ) waiting
    order by rank, workspace_id limit ${limit}`.execute(tx);
  return rows;
}

/** Unlike `Promise.all` nothing is still going out when it throws: the lock is given up then. */
async function allOf(works: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
