import type { GrantView, LogEntry } from '@latchkey/sandbox';
import type { AccessToken, Grant, Presentation } from '../history.ts';
import { accessTokenSeconds, chaosProviders, policyOf } from '../lab.ts';

function isOfLab({ provider }: { provider: string }): boolean {
  return chaosProviders.some((id) => id === provider);
}

export function readPresentations(log: readonly LogEntry[]): Presentation[] {
  return log
    .filter((entry) => isOfLab(entry) && entry.endpoint === 'token.refresh')
    .map((entry) => ({
      sequence: entry.sequence,
      policy: policyOf(entry.provider),
      grantId: entry.grantId,
      token: entry.presented?.fingerprint ?? '',
      issued:
        entry.committed && entry.issued?.accessToken != null
          ? { accessToken: entry.issued.accessToken, refreshToken: entry.issued.refreshToken }
          : null,
      arrivedAt: Date.parse(entry.arrivedAt),
      arrivedTick: entry.arrivedTick,
      endedTick: entry.endedTick ?? Infinity,
      answeredAt: entry.answeredAt === null ? null : Date.parse(entry.answeredAt),
      delivered: entry.delivered && entry.status === 200 && !entry.faults.includes('html'),
      status: entry.status,
      error: entry.error,
    }));
}

export function readAccessTokens(log: readonly LogEntry[]): AccessToken[] {
  return log.flatMap((entry) =>
    isOfLab(entry) && entry.committedAt !== null && entry.issued?.accessToken != null
      ? [
          {
            fingerprint: entry.issued.accessToken,
            grantId: entry.grantId ?? '',
            issuedAt: Date.parse(entry.committedAt),
            lifetimeSeconds: accessTokenSeconds,
          },
        ]
      : [],
  );
}

/** @param owners credential of an authorization @param codes authorization of a code, by the code's fingerprint */
export function readGrants(
  views: readonly GrantView[],
  log: readonly LogEntry[],
  codes: ReadonlyMap<string, string>,
  owners: ReadonlyMap<string, string>,
): Grant[] {
  const credentials = new Map(
    log
      .filter(({ endpoint }) => endpoint === 'authorize')
      .map(({ grantId, issued }) => [grantId, owners.get(codes.get(issued?.code ?? '') ?? '')]),
  );
  const asked = new Map(
    log
      .filter(({ endpoint }) => endpoint === 'revoke')
      .toReversed()
      .map(({ grantId, arrivedAt }) => [grantId, Date.parse(arrivedAt)]),
  );
  return views.filter(isOfLab).map(({ grantId, provider, revokedAt }) => ({
    id: grantId,
    policy: policyOf(provider),
    credentialId: credentials.get(grantId) ?? null,
    revokedAt: revokedAt === null ? null : Date.parse(revokedAt),
    revocationAskedAt: asked.get(grantId) ?? null,
  }));
}
