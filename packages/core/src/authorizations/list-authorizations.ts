import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';
import { authorizationColumns, type Authorization } from './authorization-columns.ts';
import type { AuthorizationKind, AuthorizationStatus } from './status.ts';

interface ListAuthorizationsInput {
  readonly status?: AuthorizationStatus | undefined;
  readonly kind?: AuthorizationKind | undefined;
  readonly credentialId?: string | undefined;
  readonly cursor: string | null;
  readonly limit: number;
}

/** Newest first. */
export async function listAuthorizations(
  ctx: Context,
  input: ListAuthorizationsInput,
): Promise<Page<Authorization>> {
  const { status, kind, credentialId, cursor, limit } = input;
  let query = db(ctx.em)
    .selectFrom('authorization')
    .select(authorizationColumns)
    .where('workspaceId', '=', ctx.workspaceId);
  if (status !== undefined) query = query.where('status', '=', status);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (credentialId !== undefined) query = query.where('credentialId', '=', credentialId);
  if (cursor !== null) query = query.where('id', '<', cursor);
  return toPage(
    await query
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute(),
    limit,
  );
}
