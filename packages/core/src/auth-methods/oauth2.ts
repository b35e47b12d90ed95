import type { Account } from '../providers/index.ts';
import type { Secret } from '../secret.ts';

export interface OAuthClient {
  readonly mode: 'default' | 'custom';
  readonly clientId: string;
  /** `null`: a public client. */
  readonly clientSecret: Secret | null;
  /** Values of the provider's client parameters, for example `tenant`. */
  readonly params: Readonly<Record<string, string>>;
}

/** What a token answer gives. */
export interface TokenGrant {
  readonly accessToken: Secret;
  /** `null`: none was sent. After a refresh the one before it goes on. */
  readonly refreshToken: Secret | null;
  readonly tokenType: string;
  /** Counted from the start of the request; `null`: the provider does not say. */
  readonly expiresInSeconds: number | null;
  readonly scopes: string[] | null;
  /** The account, where the token answer names it. */
  readonly account: Account | null;
}
