import type { AccessToken, Grant, History, Lease, Violation } from '../history.ts';
import { slackMs, unknownRecorded } from './unknown.ts';

/** Providers count in whole seconds. */
const roundingMs = 1_000;

/**
 * I4: a leased token was good at the provider for as long as was asked for. A deletion, a new connection, and a
 * presentation after a recorded unknown may end it sooner; nothing else may.
 */
export function checkLeases(history: History): Violation[] {
  const tokens = new Map(history.accessTokens.map((token) => [token.fingerprint, token]));
  const grants = new Map(history.grants.map((grant) => [grant.id, grant]));
  return history.leases.flatMap((lease): Violation[] => {
    const token = tokens.get(lease.accessToken);
    if (token === undefined) return [violation(lease, 'was never issued by the provider', null)];
    const asked = lease.decidedAt + lease.minTtlSeconds * 1000;
    const end = token.issuedAt + token.lifetimeSeconds * 1000;
    if (end + roundingMs < asked) {
      const missing = ((asked - end) / 1000).toFixed(1);
      return [violation(lease, `ended ${missing} s before the time that was asked for`, token)];
    }
    const grant = grants.get(token.grantId);
    if (grant?.revokedAt == null || grant.revokedAt >= asked || endedRightly(grant, history)) return [];
    return [
      violation(lease, 'belonged to a grant that had ended, though nobody asked for that', { token, grant }),
    ];
  });
}

function endedRightly(
  { id, revokedAt, revocationAskedAt }: Grant,
  { presentations, attempts }: History,
): boolean {
  if (revocationAskedAt !== null && revokedAt !== null && revocationAskedAt <= revokedAt + roundingMs)
    return true;
  return presentations.some(
    (each) =>
      each.grantId === id &&
      each.issued === null &&
      // While the provider was at it. What it said of it counts for nothing: faults lose answers and put others in their place.
      revokedAt !== null &&
      each.arrivedAt <= revokedAt &&
      revokedAt <= (each.answeredAt ?? Infinity) + slackMs &&
      unknownRecorded(attempts, each.token, each.arrivedAt),
  );
}

function violation(lease: Lease, what: string, about: AccessToken | object | null): Violation {
  return {
    invariant: 'I4',
    text: `the leased token ${lease.accessToken} ${what}`,
    evidence: { lease, about },
  };
}
