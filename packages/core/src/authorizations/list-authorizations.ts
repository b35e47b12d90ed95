import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';
import { waitForChange } from '../events/index.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import { matchesFilter, type AuthorizationFilter } from './authorization-filter.ts';

interface ListAuthorizationsInput extends AuthorizationFilter {
  readonly cursor: string | null;
  readonly limit: number;
  /** Long poll: answers as soon as anything on this page changes, at the latest after this long (≤ 60). */
  readonly waitSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Newest first; those of what is private to somebody else are left out. */
export async function listAuthorizations(
  ctx: Context,
  { waitSeconds = 0, signal, ...input }: ListAuthorizationsInput,
): Promise<Page<Authorization>> {
  return waitForChange({
    bus: ctx.bus,
    waitSeconds,
    signal,
    concerns: ({ type, workspaceid }) =>
      workspaceid === ctx.workspaceId && type.startsWith('latchkey.authorization.'),
    read: async () => readPage(ctx, input),
  });
}

async function readPage(
  ctx: Context,
  { cursor, limit, ...filter }: ListAuthorizationsInput,
): Promise<Page<Authorization>> {
  let query = db(ctx.em)
    .selectFrom('authorization')
    .select(authorizationColumns)
    .where('workspaceId', '=', ctx.workspaceId)
    .where(visibleTo(ctx.actor, sql`array["authorization".id]`))
    .where(matchesFilter(filter));
  if (cursor !== null) query = query.where('id', '<', cursor);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit);
}
