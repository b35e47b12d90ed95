/** `awaiting_consent → queued → running → succeeded | failed | expired | cancelled`; a retry goes back to `queued`. */
export const authorizationTransitions = {
  awaiting_consent: ['queued', 'failed', 'expired', 'cancelled'],
  queued: ['running', 'failed', 'expired', 'cancelled'],
  running: ['queued', 'succeeded', 'failed'],
  succeeded: [],
  failed: [],
  expired: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type AuthorizationStatus = keyof typeof authorizationTransitions;

export const authorizationKinds = ['validate_key', 'exchange_code', 'refresh_token', 'revoke'] as const;
export type AuthorizationKind = (typeof authorizationKinds)[number];

/** Why one is made. `grant`: another credential on the same grant was refreshed. */
export const authorizationReasons = ['user', 'lease', 'schedule', 'report', 'grant'] as const;
export type AuthorizationReason = (typeof authorizationReasons)[number];

/** The statuses from which `to` may be reached: the guard of every conditional update. */
export function authorizationStatusesBefore(to: AuthorizationStatus): AuthorizationStatus[] {
  return (Object.keys(authorizationTransitions) as AuthorizationStatus[]).filter((from) =>
    (authorizationTransitions[from] as readonly AuthorizationStatus[]).includes(to),
  );
}

export function isFinished(status: AuthorizationStatus): boolean {
  return authorizationTransitions[status].length === 0;
}
