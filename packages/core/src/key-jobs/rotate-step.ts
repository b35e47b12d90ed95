import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { liveProcesses } from '../root-keys/live-processes.ts';
import { resealRows } from './reseal-rows.ts';
import { countSealed, findRowsLeft, preferIndexes, walkRowsLeft } from './rows-left.ts';
import { sealedTables } from './sealed-tables.ts';
import { nothing, type RunningJob, type Step } from './step.ts';

const walked = sealedTables.filter((table) => table.walked);

/** First the keys are replaced, then tables are walked through, then what is left is looked for until there is nothing. */
interface Cursor {
  readonly phase?: 'keys' | 'walk' | 'rest';
  /** Index into `walked`. */
  readonly table?: number;
  readonly after?: string;
}

/** So many data keys are replaced at once: behind a key service each takes a while. */
const keysAtOnce = 20;

/** Replaces data keys, or seals the next records anew under those that are current. */
export async function rotateStep(tx: Context, job: RunningJob, limit: number): Promise<Step> {
  const { phase = 'keys', ...at } = job.cursor as Cursor;
  if (phase === 'keys') return replaceKeys(tx, job);
  // Who has not heard of the new keys yet may seal with an old one behind our back.
  if (await someoneLags(tx, job)) return { ...nothing, cursor: job.cursor, state: 'waiting' };
  await preferIndexes(tx.em);
  return phase === 'walk' ? walk(tx, job, { ...at, limit }) : finishRest(tx, job, limit);
}

async function replaceKeys(tx: Context, job: RunningJob): Promise<Step> {
  const { workspaceId } = job;
  const { rows: old } = await sql<{ id: string; workspaceId: string }>`
    select id, workspace_id as "workspaceId" from data_key
    where purpose = 'seal' and retired_at is null and created_at < ${job.startedAt}
      and (${workspaceId}::text is null or workspace_id = ${workspaceId})
    order by id limit ${keysAtOnce}`.execute(db(tx.em));
  for (const key of old) await tx.vault.replaceDataKey(tx.em, key);
  const { rows } = await sql<{ next: number }>`
    select coalesce(max(generation), 0) + 1 as next from key_job`.execute(db(tx.em));
  const generation = rows[0]?.next ?? 1;
  if (old.length === keysAtOnce)
    return { ...nothing, generation, tried: old.length, cursor: {}, state: 'working' };
  const total = await countSealed(tx.em, workspaceId);
  return { ...nothing, generation, total, cursor: { phase: 'walk' }, state: 'working', tell: true };
}

async function someoneLags({ em }: Context, { generation }: RunningJob): Promise<boolean> {
  return (await liveProcesses(em)).some((live) => live.generation < (generation ?? 0));
}

async function walk(
  tx: Context,
  { workspaceId }: RunningJob,
  { table: index = 0, after = '', limit }: Omit<Cursor, 'phase'> & { limit: number },
): Promise<Step> {
  const table = walked[index];
  if (table === undefined) return { ...nothing, cursor: { phase: 'rest' }, state: 'working' };
  // Without an index by workspace, the journal of all workspaces is not gone through for one of them.
  const skip = workspaceId !== null && table.name !== 'credential';
  const { rows, lastId } = skip
    ? { rows: [], lastId: null }
    : await walkRowsLeft(tx.em, table, { after, workspaceId, limit });
  const { done, skipped } = await resealRows(tx, table, rows);
  const cursor =
    lastId === null ? { phase: 'walk', table: index + 1 } : { phase: 'walk', table: index, after: lastId };
  return { cursor, done, skipped, tried: rows.length, state: 'working' };
}

async function finishRest(tx: Context, job: RunningJob, limit: number): Promise<Step> {
  const result = { done: 0, skipped: 0, tried: 0 };
  let unreadable = 0;
  for (const table of sealedTables) {
    const rows = await findRowsLeft(tx.em, table, {
      workspaceId: job.workspaceId,
      limit: limit - result.tried,
    });
    const resealed = await resealRows(tx, table, rows);
    result.done += resealed.done;
    result.skipped += resealed.skipped;
    result.tried += rows.length;
    unreadable += resealed.unreadable;
    if (result.tried >= limit) break;
  }
  const { cursor } = job;
  const total = Math.max(job.total ?? 0, job.done + result.tried);
  if (result.tried === 0) return { ...result, cursor, total: job.done, state: 'succeeded' };
  // Rows that somebody holds are not asked for again at once.
  if (unreadable < result.tried)
    return { ...result, cursor, total, state: result.done > 0 ? 'working' : 'waiting' };
  return {
    ...result,
    cursor,
    total,
    state: { failed: `${unreadable} record(s) or more do not open; the log of the worker names them` },
  };
}
