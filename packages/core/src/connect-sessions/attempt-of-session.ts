import type { Authorization } from '../authorizations/authorization-columns.ts';
import { cancelAuthorization } from '../authorizations/cancel-authorization.ts';
import { getAuthorization } from '../authorizations/get-authorization.ts';
import type { Context } from '../context.ts';
import { Problem } from '../errors.ts';
import { loadSession } from './load-session.ts';

interface FollowAttemptInput {
  readonly id: string;
  readonly waitSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** @throws Problem `authorization_not_found`, also for one of the workspace that is not this session's */
export async function followAttempt(ctx: Context, input: FollowAttemptInput): Promise<Authorization> {
  await requireOwn(ctx, input.id);
  return getAuthorization(ctx, input);
}

/** @throws Problem `authorization_not_found`, `authorization_not_cancellable` */
export async function cancelAttempt(ctx: Context, { id }: { id: string }): Promise<Authorization> {
  await requireOwn(ctx, id);
  return cancelAuthorization(ctx, { id });
}

async function requireOwn(ctx: Context, id: string): Promise<void> {
  const { authorizationIds } = await loadSession(ctx, { id: ctx.actor.id });
  if (!authorizationIds.includes(id)) throw new Problem('authorization_not_found');
}
