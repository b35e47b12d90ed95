import type { ProviderId } from '../provider-ids.ts';

/** One user's consent for one client, as the provider sees it. Tokens appear as fingerprints only. */
export interface GrantView {
  grantId: string;
  provider: ProviderId;
  clientId: string;
  accountId: string;
  scopes: string[];
  createdAt: string;
  revokedAt: string | null;
  liveRefreshTokens: string[];
  liveAccessTokens: string[];
}

export interface GrantQuery {
  provider?: ProviderId | undefined;
  grantId?: string | undefined;
}

/** Which grants an operation is about: all of a provider, or one. */
export interface GrantSelector extends GrantQuery {
  provider: ProviderId;
}

/** Where grants live: the stand-ins' token store, or the OAuth server. Counts say how much was affected. */
export interface GrantSource {
  grants(selector: GrantQuery): GrantView[];
  expireAccessTokens(selector: GrantSelector): number;
  revokeGrants(selector: GrantSelector): number;
}
