import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { Problem } from '../errors.ts';
import type { Authorization } from './authorization-columns.ts';
import { getAuthorization } from './get-authorization.ts';

interface FollowInput {
  readonly authorizationId: string;
  /** Value of the binding cookie, if the browser sent one. */
  readonly browser: string | null;
  /** Whether a console session asks: it may follow any authorization. */
  readonly trusted: boolean;
  readonly waitSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the callback page shows: only to the browser that went to the provider for it.
 * @throws Problem `authorization_not_found`
 */
export async function followAuthorization(
  ctx: Context,
  input: FollowInput,
): Promise<{ authorization: Authorization; returnUrl: string | null }> {
  const row = await db(ctx.em)
    .selectFrom('authorization')
    .select(['workspaceId', 'connect'])
    .where('id', '=', input.authorizationId)
    .executeTakeFirst();
  if (row === undefined || !(input.trusted || (await wentToProvider(ctx, input)))) {
    throw new Problem('authorization_not_found');
  }
  const scoped: Context = { ...ctx, workspaceId: row.workspaceId };
  const authorization = await getAuthorization(scoped, {
    id: input.authorizationId,
    waitSeconds: input.waitSeconds,
    signal: input.signal,
  });
  return { authorization, returnUrl: row.connect?.returnUrl ?? null };
}

async function wentToProvider(ctx: Context, { authorizationId, browser }: FollowInput): Promise<boolean> {
  if (browser === null) return false;
  const row = await db(ctx.em)
    .selectFrom('authorization_state')
    .select('authorizationId')
    .where('authorizationId', '=', authorizationId)
    .where('browserHash', '=', ctx.vault.lookupHash('browser', browser))
    .executeTakeFirst();
  return row !== undefined;
}
