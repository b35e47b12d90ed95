import { sql } from 'kysely';
import { inAllWorkspaces, transact, type Context } from '../context.ts';
import { db, type Db } from '../db/index.ts';
import { queueDue, type Due } from './queue-due.ts';

/** A context of the system itself in a workspace. */
export type SystemContext = (workspaceId: string) => Context;

const claims = {
  refresh_token: { column: 'next_refresh_at', statuses: ['active'] },
  validate_key: { column: 'next_validation_at', statuses: ['pending', 'active', 'invalid'] },
} as const;

type Kind = keyof typeof claims;

/** A claim is repeated after this long when nothing came of it. */
const claimMinutes = 5;

/** Workspaces with little to do leave room that the others share in the next round. */
const mostRounds = 5;

/**
 * Queues what is due, but never more than makes `depth` authorizations of that kind wait: who comes later waits
 * behind those at most, and what is due beyond that is claimed in equal shares of the workspaces. Rows that another
 * process is claiming are skipped. The claim and the work queued for it commit together.
 * @param depth most authorizations that wait for a worker
 * @returns how many were claimed
 */
export async function claimDue(system: SystemContext, kind: Kind, depth: number): Promise<number> {
  const ctx = inAllWorkspaces(system(''));
  const { room, due } = await look(db(ctx.em), kind, depth);
  if (room === 0 || due === 0) return 0;
  return transact(ctx, async (tx) => {
    const claimed =
      due <= room ? await claim(tx, kind, oldest(kind, room)) : await claimFairly(tx, kind, room);
    await queueDue(tx, kind, claimed);
    return claimed.length;
  });
}

/** One indexed statement, and all there is to do while nothing is due. */
async function look(on: Db, kind: Kind, depth: number): Promise<{ room: number; due: number }> {
  const { rows } = await sql<{ waiting: number; due: number }>`
    select
      (select count(*) from (
        select from "authorization"
        where status = 'queued' and next_attempt_at <= now() and kind = ${kind} limit ${depth}
      ) one) as waiting,
      (select count(*) from (select from credential where ${isDue(kind)} limit ${depth + 1}) one) as due`.execute(
    on,
  );
  const { waiting = 0, due = 0 } = rows[0] ?? {};
  return { room: Math.max(0, depth - waiting), due };
}

function isDue(kind: Kind) {
  const { column, statuses } = claims[kind];
  return sql`${sql.ref(column)} is not null and ${sql.ref(column)} <= now() and ${inStatus(statuses)}`;
}

/** Literals: a partial index is only used where its condition can be read. */
function inStatus(statuses: readonly string[]) {
  return sql`status in (${sql.join(statuses.map((status) => sql.lit(status)))})`;
}

async function claimFairly(tx: Context, kind: Kind, room: number): Promise<Due[]> {
  const claimed: Due[] = [];
  for (let round = 0; round < mostRounds && claimed.length < room; round += 1) {
    const more = await claim(tx, kind, sharesOf(kind, room - claimed.length));
    if (more.length === 0) break;
    claimed.push(...more);
  }
  return claimed;
}

function oldest(kind: Kind, limit: number) {
  const column = sql.ref(claims[kind].column);
  return sql`select id, 1 as turn, ${column} as due_at from credential where ${isDue(kind)} order by ${column} limit ${limit}`;
}

/**
 * The first of each workspace, then the second of each, and so on. The index is asked for the next workspace, not for
 * its credentials, so the cost is that of the workspaces and of what is claimed, however much is due.
 */
function sharesOf(kind: Kind, limit: number) {
  const { column: name, statuses } = claims[kind];
  const column = sql.ref(name);
  const scheduled = sql`${column} is not null and ${inStatus(statuses)}`;
  const first = (after: ReturnType<typeof sql>) => sql`
    (select workspace_id, ${column} from credential where ${scheduled} ${after}
    order by workspace_id, ${column} limit 1)`;
  return sql`
    with recursive workspace (id, due_at) as (
      ${first(sql``)}
      union all
      select next.* from workspace, lateral ${first(sql`and workspace_id > workspace.id`)} next
    ), waiting as (
      select id from workspace where due_at <= now()
    )
    select share.* from waiting, lateral (
      select id, row_number() over (order by ${column}) as turn, ${column} as due_at from (
        select id, ${column} from credential where workspace_id = waiting.id and ${isDue(kind)}
        order by ${column} limit (select ceil(${limit}::float / count(*)) from waiting)
      ) one
    ) share
    order by turn, due_at limit ${limit}`;
}

/** Chosen first and locked then: what somebody else claimed in between is due no more, and is left out. */
async function claim(tx: Context, kind: Kind, chosen: ReturnType<typeof sql>): Promise<Due[]> {
  const column = sql.ref(claims[kind].column);
  const { rows } = await sql<Due & { turn: number; dueAt: Date }>`
    with chosen as materialized (${chosen}),
    locked as materialized (
      select id from credential where id in (select id from chosen) and ${isDue(kind)} for update skip locked
    )
    update credential set ${column} = now() + make_interval(mins => ${claimMinutes})
    from locked join chosen using (id) where credential.id = locked.id
    returning credential.id, workspace_id as "workspaceId", provider, token_version as "tokenVersion",
      chosen.turn, chosen.due_at as "dueAt"`.execute(db(tx.em));
  return rows.toSorted((a, b) => a.turn - b.turn || a.dueAt.getTime() - b.dueAt.getTime());
}
