import type { Context } from '../context.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';
import { keyJobColumns, type KeyJob } from './key-job-columns.ts';

/** Newest first. */
export async function listKeyJobs(
  { em }: Context,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<Page<KeyJob>> {
  const rows = await db(acrossWorkspaces(em))
    .selectFrom('key_job')
    .select(keyJobColumns)
    .$if(cursor !== null, (query) => query.where('id', '<', cursor))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit);
}
