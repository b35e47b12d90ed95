import type { ProviderId } from '../provider-ids.ts';

export interface Grant {
  readonly id: string;
  readonly provider: ProviderId;
  readonly clientId: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  revokedAt: string | null;
  /** Every token of the grant, oldest first, dead ones too. */
  readonly accessTokens: AccessToken[];
  readonly refreshTokens: RefreshToken[];
}

/** Whose grant it is, and for which client. */
export type Holder = Pick<Grant, 'provider' | 'clientId' | 'accountId'>;

/** What an authorization code is bound to (RFC 6749 section 4.1.3, RFC 7636 section 4.4). */
export interface Code {
  readonly grant: Grant;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly offline: boolean;
  readonly tenant: string | null;
  readonly expiresAt: number;
  used: boolean;
}

export interface AccessToken {
  readonly value: string;
  readonly grant: Grant;
  expiresAt: number | null;
}

export interface RefreshToken {
  readonly value: string;
  readonly grant: Grant;
  readonly tenant: string | null;
  readonly predecessor: string | null;
  /** Milliseconds since 1970 of its first use, at a provider where a use replaces it; null: not used so far. */
  usedAt: number | null;
}

export function accessTokenIsLive(token: AccessToken): boolean {
  return token.grant.revokedAt === null && (token.expiresAt === null || token.expiresAt > Date.now());
}
