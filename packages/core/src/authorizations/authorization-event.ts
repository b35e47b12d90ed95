import type { Context } from '../context.ts';
import { eventError, recordEvent } from '../events/index.ts';
import type { Authorization } from './authorization-columns.ts';

type Happened = 'started' | 'queued' | 'running' | 'succeeded' | 'failed' | 'expired' | 'cancelled';

/** Records what happened to an authorization, in the caller's transaction. `queued` makes the relay add its job. */
export async function recordAuthorizationEvent(
  tx: Context,
  happened: Happened,
  authorization: Authorization,
  delaySeconds = 0,
): Promise<void> {
  const { errorCode, errorMessage } = authorization;
  await recordEvent(tx, {
    type: `latchkey.authorization.${happened}`,
    subject: authorization.id,
    data: {
      kind: authorization.kind,
      provider: authorization.provider,
      credentialId: authorization.credentialId,
      attempt: authorization.attempts,
      delaySeconds,
      error: errorCode === null ? null : eventError(errorCode, errorMessage ?? undefined),
    },
  });
}
