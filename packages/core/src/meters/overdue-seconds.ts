import { sql } from 'kysely';
import { acrossWorkspaces, db, type Orm } from '../db/index.ts';

/**
 * Age in seconds of the oldest refresh that is due and that nobody has claimed: a claim sets its time ahead. One look
 * into the index per workspace, not one per credential; given up after a second.
 */
export async function overdueSeconds(orm: Orm): Promise<number> {
  return acrossWorkspaces(orm.em).transactional(async (em) => {
    await sql`set local statement_timeout = '1s'`.execute(db(em));
    const { rows } = await sql<{ seconds: number | null }>`
      select extract(epoch from now() - min(oldest.due))::float8 as seconds
      from workspace cross join lateral (
        select next_refresh_at as due from credential
        where credential.workspace_id = workspace.id and status = 'active' and next_refresh_at is not null
          and next_refresh_at <= now()
        order by next_refresh_at limit 1
      ) oldest`.execute(db(em));
    return rows[0]?.seconds ?? 0;
  });
}
