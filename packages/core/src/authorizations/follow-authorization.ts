import { inWorkspace, type Actor, type Context } from '../context.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import type { Authorization } from './authorization-columns.ts';
import { getAuthorization } from './get-authorization.ts';

interface FollowInput {
  readonly authorizationId: string;
  /** Value of the binding cookie, if the browser sent one. */
  readonly browser: string | null;
  /** The console session that asks, and the one workspace that it is for; null: any. It follows what it may see there. */
  readonly session: { readonly actor: Actor; readonly workspaceId: string | null } | null;
  readonly waitSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the callback page shows: to the browser that went to the provider for it, and to console sessions.
 * @throws Problem `authorization_not_found`
 */
export async function followAuthorization(
  ctx: Context,
  input: FollowInput,
): Promise<{ authorization: Authorization; returnUrl: string | null }> {
  const row = await db(acrossWorkspaces(ctx.em))
    .selectFrom('authorization')
    .select(['workspaceId', 'connect'])
    .where('id', '=', input.authorizationId)
    .executeTakeFirst();
  if (row === undefined) throw new Problem('authorization_not_found');
  const { session } = input;
  const isOfSession = session !== null && [null, row.workspaceId].includes(session.workspaceId);
  const isOfBrowser = await wentToProvider(ctx, input);
  if (!isOfBrowser && !isOfSession) throw new Problem('authorization_not_found');
  const actor = !isOfBrowser && session !== null ? session.actor : ctx.actor;
  const scoped = inWorkspace({ ...ctx, actor }, row.workspaceId);
  const authorization = await getAuthorization(scoped, {
    id: input.authorizationId,
    waitSeconds: input.waitSeconds,
    signal: input.signal,
  });
  return { authorization, returnUrl: row.connect?.returnUrl ?? null };
}

async function wentToProvider(ctx: Context, { authorizationId, browser }: FollowInput): Promise<boolean> {
  if (browser === null) return false;
  const row = await db(acrossWorkspaces(ctx.em))
    .selectFrom('authorization_state')
    .select('authorizationId')
    .where('authorizationId', '=', authorizationId)
    .where('browserHash', '=', ctx.vault.lookupHash('browser', browser))
    .executeTakeFirst();
  return row !== undefined;
}
