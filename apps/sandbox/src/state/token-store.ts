import { randomBytes, randomUUID } from 'node:crypto';
import { fingerprint } from '../fingerprint.ts';
import type { ProviderId } from '../provider-ids.ts';
import type { GrantIndex } from './grant-index.ts';
import type { GrantQuery, GrantSelector, GrantSource, GrantView } from './grant-source.ts';
import { accessTokenIsLive } from './tokens.ts';
import type { AccessToken, Code, Grant, Holder, RefreshToken } from './tokens.ts';

const codeLifetimeMs = 5 * 60_000;

/** Grants, codes and tokens of all stand-ins. In memory, and every operation is synchronous: commits are atomic. */
export class TokenStore implements GrantSource {
  readonly #grants = new Map<string, Grant>();
  readonly #grantsByHolder = new Map<string, Grant[]>();
  readonly #codes = new Map<string, Code>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #index: GrantIndex;
  readonly #reuseSeconds: (provider: ProviderId) => number;

  /** `reuseSeconds`: how long after its first use a replaced refresh token still works. */
  constructor(index: GrantIndex, reuseSeconds: (provider: ProviderId) => number) {
    this.#index = index;
    this.#reuseSeconds = reuseSeconds;
  }

  createGrant(input: Holder & Pick<Grant, 'scopes'>): Grant {
    const grant = {
      ...input,
      id: randomUUID(),
      createdAt: new Date().toISOString(),
      revokedAt: null,
      accessTokens: [],
      refreshTokens: [],
    };
    this.#grants.set(grant.id, grant);
    const siblings = this.#grantsByHolder.get(holderKey(input)) ?? [];
    this.#grantsByHolder.set(holderKey(input), siblings);
    siblings.push(grant);
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
    const token = { value, grant, expiresAt };
    this.#accessTokens.set(value, token);
    grant.accessTokens.push(token);
    return value;
  }

  issueRefreshToken(
    prefix: string,
    input: Pick<RefreshToken, 'grant' | 'tenant'> & { predecessor?: string },
  ): string {
    const value = this.#mint(prefix, input.grant);
    const predecessor = input.predecessor === undefined ? null : fingerprint(input.predecessor);
    const token = { value, grant: input.grant, tenant: input.tenant, predecessor, usedAt: null };
    this.#refreshTokens.set(value, token);
    input.grant.refreshTokens.push(token);
    return value;
  }

  findCode(provider: ProviderId, value: string | undefined): Code | undefined {
    return ofProvider(provider, this.#codes.get(value ?? ''));
  }

  /** Found even when expired or revoked: the caller decides by `accessTokenIsLive`. */
  findAccessToken(provider: ProviderId, value: string | null | undefined): AccessToken | undefined {
    return ofProvider(provider, this.#accessTokens.get(value ?? ''));
  }

  /** Only a token that still works: neither used up nor of a revoked grant. */
  findRefreshToken(provider: ProviderId, value: string | null | undefined): RefreshToken | undefined {
    const token = this.recallRefreshToken(provider, value);
    return token && this.refreshTokenIsLive(token) ? token : undefined;
  }

  /** Found even when used up or revoked: the caller decides by `refreshTokenIsLive`. */
  recallRefreshToken(provider: ProviderId, value: string | null | undefined): RefreshToken | undefined {
    return ofProvider(provider, this.#refreshTokens.get(value ?? ''));
  }

  refreshTokenIsLive({ grant, usedAt }: RefreshToken): boolean {
    if (grant.revokedAt !== null) return false;
    return usedAt === null || Date.now() < usedAt + this.#reuseSeconds(grant.provider) * 1000;
  }

  /** The newest grant of the same person and client that is not revoked. */
  findStandingGrant(holder: Holder): Grant | undefined {
    return this.#grantsByHolder.get(holderKey(holder))?.findLast(({ revokedAt }) => revokedAt === null);
  }

  /** The newest working pair of the same person and client, for a provider that hands the same one out again. */
  findLivePair(holder: Holder): { accessToken: string; refreshToken: string } | undefined {
    const pairs = this.#grantsByHolder.get(holderKey(holder))?.map((grant) => ({
      accessToken: grant.accessTokens.findLast(accessTokenIsLive)?.value,
      refreshToken: grant.refreshTokens.findLast((token) => this.refreshTokenIsLive(token))?.value,
    }));
    const newest = pairs?.findLast((pair) => pair.accessToken && pair.refreshToken);
    return newest?.accessToken && newest.refreshToken
      ? { accessToken: newest.accessToken, refreshToken: newest.refreshToken }
      : undefined;
  }

  revokeGrant(grant: Grant): void {
    grant.revokedAt ??= new Date().toISOString();
  }

  grants(selector: GrantQuery): GrantView[] {
    return this.#selected(selector).map(({ accessTokens, refreshTokens, id, ...grant }) => ({
      ...grant,
      grantId: id,
      scopes: [...grant.scopes],
      liveRefreshTokens: refreshTokens
        .filter((token) => this.refreshTokenIsLive(token))
        .map(({ value }) => fingerprint(value)),
      liveAccessTokens: accessTokens.filter(accessTokenIsLive).map(({ value }) => fingerprint(value)),
    }));
  }

  expireAccessTokens(selector: GrantSelector): number {
    const live = this.#selected(selector).flatMap((grant) => grant.accessTokens.filter(accessTokenIsLive));
    for (const token of live) token.expiresAt = 0;
    return live.length;
  }

  revokeGrants(selector: GrantSelector): number {
    const live = this.#selected(selector).filter((grant) => grant.revokedAt === null);
    for (const grant of live) this.revokeGrant(grant);
    return live.length;
  }

  #selected({ provider, grantId }: GrantQuery): Grant[] {
    const one = grantId === undefined ? undefined : this.#grants.get(grantId);
    const candidates = grantId === undefined ? [...this.#grants.values()] : one ? [one] : [];
    return candidates.filter((grant) => provider === undefined || grant.provider === provider);
  }

  #mint(prefix: string, grant: Grant): string {
    const value = `${prefix}${randomBytes(24).toString('base64url')}`;
    this.#index.remember(value, grant.id);
    return value;
  }
}

function ofProvider<T extends { grant: Grant }>(provider: ProviderId, entry: T | undefined): T | undefined {
  return entry?.grant.provider === provider ? entry : undefined;
}

function holderKey({ provider, clientId, accountId }: Holder): string {
  return JSON.stringify([provider, clientId, accountId]);
}
