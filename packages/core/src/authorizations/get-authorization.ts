import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import { waitUntil } from '../events/index.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import { isFinished } from './status.ts';

interface GetInput {
  readonly id: string;
  /** Long poll: answers as soon as the status or the number of attempts changes, at the latest after this long (≤ 60). */
  readonly waitSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws Problem `authorization_not_found`, also for another workspace's id and one of what is private to somebody else */
export async function getAuthorization(
  ctx: Context,
  { id, waitSeconds = 0, signal }: GetInput,
): Promise<Authorization> {
  let first: Authorization | undefined;
  return waitUntil({
    bus: ctx.bus,
    waitSeconds,
    signal,
    concerns: ({ subject }) => subject === id,
    read: async () => {
      const row = await readAuthorization(ctx, id);
      first ??= row;
      return row;
    },
    done: (row) => isFinished(row.status) || row.status !== first?.status || row.attempts !== first.attempts,
  });
}

async function readAuthorization(ctx: Context, id: string): Promise<Authorization> {
  const row = await db(ctx.em)
    .selectFrom('authorization')
    .select(authorizationColumns)
    .where('id', '=', id)
    .where('workspaceId', '=', ctx.workspaceId)
    .where(visibleTo(ctx.actor, sql`array["authorization".id]`))
    .executeTakeFirst();
  if (row === undefined) throw new Problem('authorization_not_found');
  return row;
}
