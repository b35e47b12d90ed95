import type { Context } from '../context.ts';
import { eventError, recordEvent, recordEvents, type NewEvent } from '../events/index.ts';
import type { Authorization } from './authorization-columns.ts';

type Happened = 'started' | 'queued' | 'running' | 'succeeded' | 'failed' | 'expired' | 'cancelled';

interface QueuedOptions {
  /** Until the next attempt. */
  readonly delaySeconds?: number;
  /** It was queued for later, and is now to run at once. */
  readonly hastened?: boolean;
}

/** Records what happened to an authorization, in the caller's transaction. `queued` makes the relay add its job. */
export async function recordAuthorizationEvent(
  tx: Context,
  happened: Happened,
  authorization: Authorization,
  options: QueuedOptions = {},
): Promise<void> {
  await recordEvent(tx, toEvent(happened, authorization, options));
}

/** The same for many at once, each in its workspace. */
export async function recordAuthorizationEvents(
  tx: Context,
  happened: Happened,
  authorizations: readonly (Authorization & { readonly workspaceId: string })[],
): Promise<void> {
  await recordEvents(
    tx,
    authorizations.map((each) => ({ ...toEvent(happened, each), workspaceId: each.workspaceId })),
  );
}

function toEvent(
  happened: Happened,
  authorization: Authorization,
  { delaySeconds = 0, hastened = false }: QueuedOptions = {},
): NewEvent {
  const { errorCode, errorMessage } = authorization;
  return {
    type: `latchkey.authorization.${happened}`,
    subject: authorization.id,
    data: {
      kind: authorization.kind,
      provider: authorization.provider,
      credentialId: authorization.credentialId,
      reason: authorization.reason,
      attempt: authorization.attempts,
      delaySeconds,
      ...(hastened ? { hastened } : {}),
      error: errorCode === null ? null : eventError(errorCode, errorMessage ?? undefined),
    },
  };
}
