import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Actor } from '../context.ts';

export const jobStates = ['waiting', 'active', 'delayed', 'failed'] as const;
export type JobState = (typeof jobStates)[number];

/** How long what failed is shown and can be tried again. */
const failedHours = 24;

/**
 * What a job's state means, as a condition on an authorization `a`. A queue forgets a job that ended, and Redis may forget
 * any: PostgreSQL knows. `failed`: lately, and nothing of the kind came after it for the same credential.
 */
export const jobStateIs: Readonly<Record<JobState, RawBuilder<SqlBool>>> = {
  waiting: sql<SqlBool>`a.status = 'queued' and a.next_attempt_at <= now()`,
  active: sql<SqlBool>`a.status = 'running'`,
  delayed: sql<SqlBool>`a.status = 'queued' and a.next_attempt_at > now()`,
  failed: sql<SqlBool>`a.status = 'failed' and a.finished_at > now() - make_interval(hours => ${sql.lit(failedHours)})
    and not exists (
      select from "authorization" later
      where later.credential_id = a.credential_id and later.kind = a.kind and later.id > a.id
    )`,
};

/**
 * Whether a failed one may be tried again for this actor: a code is presented once and a revocation ends with its
 * credential, so that neither can.
 */
export function canRetry({ subject }: Actor): RawBuilder<SqlBool> {
  return sql<SqlBool>`coalesce(a.error_retryable, false) and a.kind in ('validate_key', 'refresh_token') and exists (
    select from credential c
    where c.id = a.credential_id and c.status in ('pending', 'active', 'invalid')
      and (c.visibility = 'workspace' or c.owner = ${subject}::text)
  )`;
}
