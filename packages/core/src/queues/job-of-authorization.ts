import type { AuthorizationKind, AuthorizationReason } from '../authorizations/status.ts';
import type { JobName } from './catalogue.ts';
import type { NewJob } from './queues.ts';

/** Each kind of authorization has a queue of its own. */
export const jobNameOf = {
  validate_key: 'validate-key',
  exchange_code: 'exchange-code',
  refresh_token: 'refresh-token',
  revoke: 'revoke',
} as const satisfies Record<AuthorizationKind, JobName>;

interface QueuedAuthorization {
  readonly id: string;
  readonly workspaceId: string;
  readonly kind: AuthorizationKind;
  readonly reason: AuthorizationReason;
  /** How many attempts there were before. */
  readonly attempts: number;
  readonly delaySeconds?: number;
  /** It was queued for later or in the background, and is now to run at once. */
  readonly hastened?: boolean | undefined;
}

/**
 * The job that runs a queued authorization. Its id makes a second delivery harmless; a hastened one has an id of its
 * own, since the earlier job is still there. Nobody waits for what a schedule began.
 */
export function jobOfAuthorization(authorization: QueuedAuthorization): NewJob {
  const { id, workspaceId, kind, reason, attempts, delaySeconds = 0, hastened = false } = authorization;
  return {
    name: jobNameOf[kind],
    data: { workspaceId, authorizationId: id },
    options: {
      jobId: `${id}-${attempts}${hastened ? '-now' : ''}`,
      delaySeconds,
      background: reason === 'schedule' && !hastened,
    },
  };
}
