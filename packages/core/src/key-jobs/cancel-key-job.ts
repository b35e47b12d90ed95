import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { getKeyJob } from './get-key-job.ts';
import { keyJobColumns, type KeyJob } from './key-job-columns.ts';
import { recordKeyJobEvent } from './key-job-event.ts';

/**
 * Ends a job before its time, after the batch that is under way. What it has done stays; nothing needs to be undone.
 * @throws Problem `key_job_not_found`, `key_job_not_cancellable`
 */
export async function cancelKeyJob(ctx: Context, { id }: { id: string }): Promise<KeyJob> {
  return transact(await ofInstance(ctx), async (tx) => {
    const job = await db(tx.em)
      .updateTable('key_job')
      .set({ status: 'cancelled', finishedAt: now, updatedAt: now })
      .where('id', '=', id)
      .where('status', '=', 'running')
      .returning(keyJobColumns)
      .executeTakeFirst();
    if (job === undefined) {
      const { status } = await getKeyJob(tx, { id });
      throw new Problem('key_job_not_cancellable', { detail: `It has ${status}.` });
    }
    await recordKeyJobEvent(tx, 'cancelled', job);
    await recordAudit(tx, { action: 'key_job.cancel', subject: id });
    return job;
  });
}
