import { sql } from 'kysely';
import type { Db } from '../db/index.ts';

/**
 * Numbers committed events per workspace, in the order in which they were inserted, and returns how many. Only
 * under the relay's lock and in a transaction of its own: once that is committed a number is final.
 * Rows of workspaces are locked in the order of their ids, as the sealer does.
 */
export async function numberEvents(tx: Db, limit: number): Promise<number> {
  const { rows } = await sql`
    with batch as (
      select id, workspace_id, position from event where sequence is null order by position limit ${limit}
    ), ranked as (
      select id, workspace_id, row_number() over (partition by workspace_id order by position) as rank from batch
    ), locked as (
      select id from workspace where id in (select workspace_id from batch) order by id for no key update
    ), counter as (
      update workspace set event_sequence = event_sequence + added.count
      from (select workspace_id, count(*) as count from batch group by workspace_id) added
        join locked on locked.id = added.workspace_id
      where workspace.id = locked.id
      returning workspace.id, event_sequence - added.count as base
    )
    update event set sequence = counter.base + ranked.rank
    from ranked join counter on counter.id = ranked.workspace_id
    where event.id = ranked.id
    returning event.id`.execute(tx);
  return rows.length;
}
