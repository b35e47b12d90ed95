import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { keyJobColumns } from './key-job-columns.ts';
import { recordKeyJobEvent } from './key-job-event.ts';
import type { KeyJobKind } from './key-job.entity.ts';
import { rewrapStep } from './rewrap-step.ts';
import { rotateStep } from './rotate-step.ts';
import type { RunningJob, Step } from './step.ts';

const steps: Record<KeyJobKind, (tx: Context, job: RunningJob, limit: number) => Promise<Step>> = {
  rewrap: rewrapStep,
  rotate_data: rotateStep,
};

/** A batch is committed as one: long enough to be worth it, short enough for whoever waits for one of its rows. */
const mostRowsAtOnce = 200;
const batchesPerSecond = 10;
const tellEverySeconds = 5;

/** Takes turns at key jobs until there is nothing to do now, or `signal` ends it. Any number of workers may. */
export async function workKeyJobs(ctx: Context, signal?: AbortSignal): Promise<void> {
  // Asked every second by every worker, and almost always for nothing.
  if (!(await isAnyRunning(ctx))) return;
  for (;;) {
    const pauseSeconds = await stepKeyJob(ctx);
    if (pauseSeconds === null || signal?.aborted === true) return;
    await sleep(pauseSeconds * 1000, undefined, signal === undefined ? {} : { signal }).catch(
      () => undefined,
    );
  }
}

/**
 * One batch of the job whose turn it is: records and progress in one transaction, so that a worker may be killed at any
 * moment. While it lasts nobody else works on that job.
 * @returns seconds until the next turn; null when there is none, or it waits for others
 */
export async function stepKeyJob(ctx: Context): Promise<number | null> {
  const { keyJobRowsPerSecond } = ctx.settings;
  const limit = Math.max(1, Math.min(mostRowsAtOnce, Math.floor(keyJobRowsPerSecond / batchesPerSecond)));
  return transact(await ofInstance(ctx), async (tx) => {
    const job = await takeTurn(tx);
    if (job === null) return null;
    const step = await steps[job.kind](tx, job, limit);
    const pauseSeconds = step.state === 'waiting' ? 1 : step.tried / keyJobRowsPerSecond;
    await save(tx, job, step, pauseSeconds);
    return step.state === 'waiting' ? null : pauseSeconds;
  });
}

async function isAnyRunning({ em }: Context): Promise<boolean> {
  const job = await db(acrossWorkspaces(em))
    .selectFrom('key_job')
    .select('id')
    .where('status', '=', 'running')
    .executeTakeFirst();
  return job !== undefined;
}

async function takeTurn({ em }: Context): Promise<RunningJob | null> {
  const job = await db(em)
    .selectFrom('key_job')
    .select(keyJobColumns)
    .select([
      'cursor',
      'generation',
      sql<number>`extract(epoch from now() - told_at)::float8`.as('toldSecondsAgo'),
    ])
    .where('status', '=', 'running')
    .where('nextBatchAt', '<=', sql<Date>`clock_timestamp()`)
    .orderBy('nextBatchAt')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return job ?? null;
}

async function save(tx: Context, job: RunningJob, step: Step, pauseSeconds: number): Promise<void> {
  const { state } = step;
  const failed = typeof state === 'object' ? state.failed : null;
  const ended = failed !== null || state === 'succeeded';
  const moved = step.done + step.skipped > 0;
  const tell = !ended && (step.tell === true || (moved && job.toldSecondsAgo >= tellEverySeconds));
  const saved = await db(tx.em)
    .updateTable('key_job')
    .set({
      cursor: { ...step.cursor },
      done: sql<number>`done + ${step.done}`,
      skipped: sql<number>`skipped + ${step.skipped}`,
      ...(step.total === undefined ? {} : { total: step.total }),
      ...(step.generation === undefined ? {} : { generation: step.generation }),
      nextBatchAt: sql<Date>`clock_timestamp() + make_interval(secs => ${pauseSeconds})`,
      ...(tell ? { toldAt: now } : {}),
      ...(ended ? { status: failed === null ? 'succeeded' : 'failed', error: failed, finishedAt: now } : {}),
      updatedAt: now,
    })
    .where('id', '=', job.id)
    .returning(keyJobColumns)
    .executeTakeFirstOrThrow();
  if (tell) await recordKeyJobEvent(tx, 'progressed', saved);
  if (!ended) return;
  await recordKeyJobEvent(tx, failed === null ? 'succeeded' : 'failed', saved);
  const { kind, done, skipped } = saved;
  await recordAudit(tx, {
    action: 'key_job.end',
    subject: job.id,
    data: { kind, status: saved.status, done, skipped, error: failed },
  });
}
