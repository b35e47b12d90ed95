const minute = 60;
const day = 86_400;

export interface RefreshWindow {
  readonly refreshTokenPresent: boolean;
  /** False: a refresh ends the access token before it, which a run may still be using. */
  readonly oldAccessTokenSurvives: boolean;
  /** Days without use after which the provider ends the grant. */
  readonly idleDays?: number | null;
}

/**
 * Seconds from now until the token should be refreshed; null if it cannot be, or need not be.
 *
 * `life − margin − jitter`, margin = min(max(15 min, 25 % of life), 50 % of life), so that short-lived tokens are not
 * refreshed in a loop; where a refresh ends the token before it, late: at most 2 min before its end. Without a
 * known life only the keep-alive counts: half of the time after which an idle grant ends.
 *
 * @param random in [0, 1), spreads tokens that were issued together
 */
export function nextRefreshInSeconds(
  expiresInSeconds: number | null,
  window: RefreshWindow,
  random: number = Math.random(),
): number | null {
  if (!window.refreshTokenPresent) return null;
  const idleDays = window.idleDays ?? null;
  const keepAlive = idleDays === null ? null : Math.floor(idleDays * day * (0.5 - random * 0.1));
  if (expiresInSeconds === null) return keepAlive;
  const life = Math.max(expiresInSeconds, 0);
  const margin = window.oldAccessTokenSurvives
    ? Math.min(Math.max(15 * minute, life * 0.25), life * 0.5)
    : Math.min(2 * minute, life * 0.1);
  const jitter = random * Math.min(margin * 0.2, 10 * minute);
  const early = Math.max(1, Math.floor(life - margin - jitter));
  return keepAlive === null ? early : Math.min(early, keepAlive);
}
