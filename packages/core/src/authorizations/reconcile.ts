import { sql } from 'kysely';
import { acrossWorkspaces, db } from '../db/index.ts';
import { jobOfAuthorization, type Queues } from '../queues/index.ts';
import type { SystemContext } from './claim-due.ts';
import { lateSeconds } from './late-seconds.ts';

/**
 * Re-creates jobs that the queue forgot: everything that should run by now according to PostgreSQL. Adding a job that
 * is still there changes nothing, and one that is delayed by a wrong clock is promoted. @returns how many were late
 */
export async function reconcile(system: SystemContext, queues: Queues, limit: number): Promise<number> {
  const late = await db(acrossWorkspaces(system('').em))
    .selectFrom('authorization')
    .select(['id', 'workspaceId', 'kind', 'status', 'reason', 'attempts'])
    .where('status', 'in', ['queued', 'running'])
    .where('nextAttemptAt', '<', sql<Date>`now() - make_interval(secs => ${lateSeconds})`)
    .orderBy('nextAttemptAt')
    .limit(limit)
    .execute();
  if (late.length === 0) return 0;
  await queues.addAll(late.map(jobOfAuthorization));
  await queues.promote(late.filter(({ status }) => status === 'queued').map(jobOfAuthorization));
  return late.length;
}
