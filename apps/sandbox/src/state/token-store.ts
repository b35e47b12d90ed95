import { randomBytes, randomUUID } from 'node:crypto';
import { fingerprint } from '../fingerprint.ts';
import type { ProviderId } from '../provider-ids.ts';
import type { GrantIndex } from './grant-index.ts';
import type { GrantSelector, GrantSource, GrantView } from './grant-source.ts';

export interface Grant {
  readonly id: string;
  readonly provider: ProviderId;
  readonly clientId: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  revokedAt: string | null;
}

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
  readonly grant: Grant;
  expiresAt: number | null;
}

export interface RefreshToken {
  readonly grant: Grant;
  readonly tenant: string | null;
  readonly predecessor: string | null;
  retired: boolean;
}

const codeLifetimeMs = 5 * 60_000;

/** Grants, codes and tokens of all stand-ins. In memory, and every operation is synchronous: commits are atomic. */
export class TokenStore implements GrantSource {
  readonly #grants = new Map<string, Grant>();
  readonly #codes = new Map<string, Code>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #index: GrantIndex;

  constructor(index: GrantIndex) {
    this.#index = index;
  }

  createGrant(input: Pick<Grant, 'provider' | 'clientId' | 'accountId' | 'scopes'>): Grant {
    const grant = { ...input, id: randomUUID(), createdAt: new Date().toISOString(), revokedAt: null };
    this.#grants.set(grant.id, grant);
    return grant;
  }

  issueCode(input: Omit<Code, 'used' | 'expiresAt'>): string {
    const value = this.#mint('code_', input.grant);
    this.#codes.set(value, { ...input, used: false, expiresAt: Date.now() + codeLifetimeMs });
    return value;
  }

  /** `ttlSeconds` null: never expires by itself. */
  issueAccessToken(prefix: string, grant: Grant, ttlSeconds: number | null): string {
    const value = this.#mint(prefix, grant);
    const expiresAt = ttlSeconds === null ? null : Date.now() + ttlSeconds * 1000;
    this.#accessTokens.set(value, { grant, expiresAt });
    return value;
  }

  issueRefreshToken(
    prefix: string,
    input: Pick<RefreshToken, 'grant' | 'tenant'> & { predecessor?: string },
  ): string {
    const value = this.#mint(prefix, input.grant);
    const predecessor = input.predecessor === undefined ? null : fingerprint(input.predecessor);
    this.#refreshTokens.set(value, { grant: input.grant, tenant: input.tenant, predecessor, retired: false });
    return value;
  }

  findCode(provider: ProviderId, value: string | undefined): Code | undefined {
    return ofProvider(provider, this.#codes.get(value ?? ''));
  }

  /** Found even when expired or revoked: the caller decides by `accessTokenIsLive`. */
  findAccessToken(provider: ProviderId, value: string | null | undefined): AccessToken | undefined {
    return ofProvider(provider, this.#accessTokens.get(value ?? ''));
  }

  /** Only a token that still works: neither retired by rotation nor of a revoked grant. */
  findRefreshToken(provider: ProviderId, value: string | null | undefined): RefreshToken | undefined {
    const token = ofProvider(provider, this.#refreshTokens.get(value ?? ''));
    return token && !token.retired && token.grant.revokedAt === null ? token : undefined;
  }

  /** The newest working pair of the same person and client, for a provider that hands the same one out again. */
  findLivePair(grant: Grant): { accessToken: string; refreshToken: string } | undefined {
    const same = (other: Grant): boolean =>
      other.revokedAt === null &&
      other.provider === grant.provider &&
      other.clientId === grant.clientId &&
      other.accountId === grant.accountId;
    const accessToken = [...this.#accessTokens].findLast(
      ([, token]) => same(token.grant) && accessTokenIsLive(token),
    );
    const refreshToken = [...this.#refreshTokens].findLast(
      ([, token]) => same(token.grant) && !token.retired,
    );
    return accessToken && refreshToken && { accessToken: accessToken[0], refreshToken: refreshToken[0] };
  }

  revokeGrant(grant: Grant): void {
    grant.revokedAt ??= new Date().toISOString();
  }

  grants(): GrantView[] {
    return [...this.#grants.values()].map(({ id, ...grant }) => ({
      ...grant,
      grantId: id,
      scopes: [...grant.scopes],
      liveRefreshTokens: [...this.#refreshTokens]
        .filter(([, token]) => token.grant.id === id && !token.retired && grant.revokedAt === null)
        .map(([value]) => fingerprint(value)),
      liveAccessTokens: [...this.#accessTokens]
        .filter(([, token]) => token.grant.id === id && accessTokenIsLive(token))
        .map(([value]) => fingerprint(value)),
    }));
  }

  expireAccessTokens(selector: GrantSelector): number {
    const live = [...this.#accessTokens.values()].filter(
      (token) => selects(selector, token.grant) && accessTokenIsLive(token),
    );
    for (const token of live) token.expiresAt = 0;
    return live.length;
  }

  revokeGrants(selector: GrantSelector): number {
    const live = [...this.#grants.values()].filter(
      (grant) => selects(selector, grant) && grant.revokedAt === null,
    );
    for (const grant of live) this.revokeGrant(grant);
    return live.length;
  }

  #mint(prefix: string, grant: Grant): string {
    const value = `${prefix}${randomBytes(24).toString('base64url')}`;
    this.#index.remember(value, grant.id);
    return value;
  }
}

export function accessTokenIsLive(token: AccessToken): boolean {
  return token.grant.revokedAt === null && (token.expiresAt === null || token.expiresAt > Date.now());
}

function ofProvider<T extends { grant: Grant }>(provider: ProviderId, entry: T | undefined): T | undefined {
  return entry?.grant.provider === provider ? entry : undefined;
}

function selects(selector: GrantSelector, grant: Grant): boolean {
  return (
    grant.provider === selector.provider && (selector.grantId === undefined || selector.grantId === grant.id)
  );
}
