import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';
import { waitUntil } from '../events/index.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import type { AuthorizationKind, AuthorizationStatus } from './status.ts';

interface ListAuthorizationsInput {
  readonly status?: AuthorizationStatus | undefined;
  readonly kind?: AuthorizationKind | undefined;
  readonly credentialId?: string | undefined;
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
  let first: string | undefined;
  return waitUntil({
    bus: ctx.bus,
    waitSeconds,
    signal,
    concerns: ({ type, workspaceid }) =>
      workspaceid === ctx.workspaceId && type.startsWith('latchkey.authorization.'),
    read: async () => {
      const page = await readPage(ctx, input);
      first ??= JSON.stringify(page);
      return page;
    },
    done: (page) => JSON.stringify(page) !== first,
  });
}

async function readPage(
  ctx: Context,
  { status, kind, credentialId, cursor, limit }: ListAuthorizationsInput,
): Promise<Page<Authorization>> {
  let query = db(ctx.em)
    .selectFrom('authorization')
    .select(authorizationColumns)
    .where('workspaceId', '=', ctx.workspaceId)
    .where(visibleTo(ctx.actor, sql`array["authorization".id]`));
  if (status !== undefined) query = query.where('status', '=', status);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (credentialId !== undefined) query = query.where('credentialId', '=', credentialId);
  if (cursor !== null) query = query.where('id', '<', cursor);
  const rows = await query
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit);
}
