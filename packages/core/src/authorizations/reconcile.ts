import { sql } from 'kysely';
import { db } from '../db/index.ts';
import type { JobName, Queues } from '../queues/index.ts';
import type { SystemContext } from './claim-due.ts';
import type { AuthorizationKind } from './status.ts';

/** So long after its time an authorization should have been picked up. */
export const lateSeconds = 10;

export const jobOf: Record<AuthorizationKind, JobName> = {
  validate_key: 'validate-key',
  exchange_code: 'exchange-code',
  refresh_token: 'refresh-token',
  revoke: 'revoke',
};

/**
 * Re-creates jobs that the queue forgot: everything that should run by now according to PostgreSQL. Adding a job that
 * is still there changes nothing. @returns how many were late
 */
export async function reconcile(system: SystemContext, queues: Queues, limit: number): Promise<number> {
  const late = await db(system('').em)
    .selectFrom('authorization')
    .select(['id', 'workspaceId', 'kind', 'attempts'])
    .where('status', 'in', ['queued', 'running'])
    .where('nextAttemptAt', '<', sql<Date>`now() - make_interval(secs => ${lateSeconds})`)
    .orderBy('nextAttemptAt')
    .limit(limit)
    .execute();
  for (const { id, workspaceId, kind, attempts } of late) {
    await queues.add(
      jobOf[kind],
      { workspaceId, authorizationId: id },
      { jobId: `${id}-${attempts}`, delaySeconds: 0 },
    );
  }
  return late.length;
}
