import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { newId } from '../ids.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { workspaceExists } from '../workspaces/workspace-exists.ts';
import { keyJobColumns, type KeyJob } from './key-job-columns.ts';
import { recordKeyJobEvent } from './key-job-event.ts';
import type { KeyJobKind } from './key-job.entity.ts';

export interface StartKeyJobInput {
  /**
   * `rewrap`: all data keys under the primary root key. `rotate_data`: a new data key per workspace, and all records
   * under it.
   */
  readonly kind: KeyJobKind;
  /** Of `rotate_data`: only this one. */
  readonly workspaceId?: string | undefined;
}

/** @throws Problem `key_job_running`, `workspace_not_found`, `validation_failed` for a rewrap of one workspace */
export async function startKeyJob(ctx: Context, { kind, workspaceId }: StartKeyJobInput): Promise<KeyJob> {
  if (kind === 'rewrap' && workspaceId !== undefined) {
    throw new Problem('validation_failed', {
      errors: [{ path: 'workspaceId', message: 'a rewrap is for all workspaces' }],
    });
  }
  if (workspaceId !== undefined && !(await workspaceExists(ctx.em, workspaceId)))
    throw new Problem('workspace_not_found');
  return transact(await ofInstance(ctx), async (tx) => {
    const job = await db(tx.em)
      .insertInto('key_job')
      .values({ id: newId('keyJob'), kind, workspaceId: workspaceId ?? null, cursor: {} })
      .onConflict((conflict) => conflict.column('kind').where('status', '=', 'running').doNothing())
      .returning(keyJobColumns)
      .executeTakeFirst();
    if (job === undefined) throw await alreadyRunning(tx, kind);
    await recordKeyJobEvent(tx, 'started', job);
    await recordAudit(tx, {
      action: 'key_job.start',
      subject: job.id,
      data: { kind, workspaceId: job.workspaceId },
    });
    return job;
  });
}

async function alreadyRunning(tx: Context, kind: KeyJobKind): Promise<Problem> {
  const running = await db(tx.em)
    .selectFrom('key_job')
    .select('id')
    .where('kind', '=', kind)
    .where('status', '=', 'running')
    .executeTakeFirst();
  const jobId = running?.id ?? null;
  return new Problem('key_job_running', {
    detail: `The job ${jobId ?? ''} is running. Wait for its end, or cancel it.`,
    extensions: { jobId },
  });
}
