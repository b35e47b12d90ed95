import { sql, type SqlBool } from 'kysely';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { matchesFilter, type AuthorizationFilter } from './authorization-filter.ts';
import { cancelMany } from './cancel-many.ts';
import { authorizationStatusesBefore } from './status.ts';

/** So many at a time, so that no transaction grows with what waits. */
const mostAtOnce = 500;

interface CancelAllInput extends AuthorizationFilter {
  /** Only counts. */
  readonly dryRun?: boolean | undefined;
}

export interface CancelledAll {
  readonly matched: number;
  /** At most 500. */
  readonly cancelled: number;
}

/**
 * `cancelAuthorization` for all that match: what has begun to run, revocations, and what is private to somebody else do not.
 * Doing it twice changes nothing, and each one that was cancelled is in the audit by itself.
 */
export async function cancelAuthorizations(ctx: Context, input: CancelAllInput): Promise<CancelledAll> {
  return transact(ctx, async (tx) => {
    const { rows } = await sql<{ id: string; matched: number }>`
      select id, count(*) over ()::int as matched from "authorization" where ${matches(tx, input)}
      order by id limit ${mostAtOnce}`.execute(db(tx.em));
    const matched = rows[0]?.matched ?? 0;
    if (matched === 0 || input.dryRun === true) return { matched, cancelled: 0 };
    // Some may have begun to run since they were chosen.
    const cancelled = await cancelMany(
      tx,
      rows.map(({ id }) => id),
    );
    return { matched, cancelled };
  });
}

/** An administrator sees what is private to somebody else, and may not use it. */
function matches({ workspaceId, actor }: Context, filter: AuthorizationFilter) {
  return sql<SqlBool>`"authorization".workspace_id = ${workspaceId}
    and "authorization".status in (${sql.join(authorizationStatusesBefore('cancelled'))})
    and "authorization".kind <> 'revoke'
    and not exists (
      select from private_subject p
      where p.subject in ("authorization".id, "authorization".credential_id)
        and p.owner is distinct from ${actor.subject}::text
    )
    and ${matchesFilter(filter)}`;
}
