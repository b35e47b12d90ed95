import type { Context } from '../context.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { keyJobColumns, type KeyJob } from './key-job-columns.ts';

/** @throws Problem `key_job_not_found` */
export async function getKeyJob({ em }: Context, { id }: { id: string }): Promise<KeyJob> {
  const job = await db(acrossWorkspaces(em))
    .selectFrom('key_job')
    .select(keyJobColumns)
    .where('id', '=', id)
    .executeTakeFirst();
  if (job === undefined) throw new Problem('key_job_not_found');
  return job;
}
