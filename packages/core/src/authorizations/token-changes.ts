import type { TokenGrant } from '../auth-methods/index.ts';
import { nextRefreshInSeconds } from '../auth-methods/index.ts';
import type { Context } from '../context.ts';
import type { OAuthPayload } from '../credentials/index.ts';
import type { OAuth2Method } from '../providers/index.ts';

/**
 * The columns that follow from a token answer.
 * @param payload what is stored: providers that keep the refresh token leave it out of the answer
 * @param presentedAt PostgreSQL's time before the request was sent: expiry counts from there, on the safe side
 */
export function tokenChanges(
  method: OAuth2Method,
  grant: TokenGrant,
  payload: OAuthPayload,
  presentedAt: Date,
) {
  const after = (seconds: number | null) =>
    seconds === null ? null : new Date(presentedAt.getTime() + seconds * 1000);
  const dueIn = nextRefreshInSeconds(grant.expiresInSeconds, {
    refreshTokenPresent: payload.refreshToken !== null,
    oldAccessTokenSurvives: method.refresh.oldAccessTokenSurvives,
    idleDays: method.refresh.idleDays,
  });
  return {
    tokenLifetimeSeconds: grant.expiresInSeconds,
    expiresAt: after(grant.expiresInSeconds),
    nextRefreshAt: after(dueIn),
  };
}

/** A new refresh token replaces the old one; an answer without one keeps it. [RFC 6749 §6] */
export function toPayload(grant: TokenGrant, previous: OAuthPayload | null): OAuthPayload {
  return {
    kind: 'oauth2',
    accessToken: grant.accessToken.reveal(),
    refreshToken: grant.refreshToken?.reveal() ?? previous?.refreshToken ?? null,
    tokenType: grant.tokenType,
    scopes: grant.scopes ?? previous?.scopes ?? [],
  };
}

/** Tells two credentials on one grant, without keeping the token: the refresh token, else the access token. */
export function grantFingerprint(ctx: Pick<Context, 'vault'>, payload: OAuthPayload): Buffer {
  return ctx.vault.lookupHash('grant', payload.refreshToken ?? payload.accessToken);
}
