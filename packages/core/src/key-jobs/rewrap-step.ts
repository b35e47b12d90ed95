import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { nothing, type RunningJob, type Step } from './step.ts';

/** `moved`, `unreadable`: of this round over all data keys. */
interface Cursor {
  readonly after?: string;
  readonly moved?: number;
  readonly unreadable?: number;
}

/** Wraps the next data keys anew. Rounds are repeated until the primary root key wraps all of them. */
export async function rewrapStep(tx: Context, job: RunningJob, limit: number): Promise<Step> {
  const { after = null, moved = 0, unreadable = 0 } = job.cursor as Cursor;
  const total = job.total ?? (await countLeft(tx));
  const batch = await tx.vault.rewrapDataKeys(tx.em, { after, limit });
  if (batch.unreadable.length > 0)
    tx.log.warn({ dataKeyIds: batch.unreadable }, 'data keys cannot be unwrapped');
  if (batch.lastId !== null) {
    const tried = batch.done + batch.skipped + batch.unreadable.length;
    const cursor = {
      after: batch.lastId,
      moved: moved + batch.done + batch.skipped,
      unreadable: unreadable + batch.unreadable.length,
    };
    return { cursor, total, done: batch.done, skipped: batch.skipped, tried, state: 'working' };
  }
  const left = await countLeft(tx);
  const end = { ...nothing, total: Math.max(total, job.done + left), cursor: {} };
  if (left === 0) return { ...end, total: job.done, state: 'succeeded' };
  if (moved > 0 || unreadable === 0) return { ...end, state: 'working' };
  return {
    ...end,
    state: { failed: `${left} data key(s) cannot be unwrapped; the log of the worker names them` },
  };
}

async function countLeft({ em }: Context): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from data_key
    where root_key_id <> (select key_id from root_key_check where state = 'primary')`.execute(db(em));
  return rows[0]?.count ?? 0;
}
