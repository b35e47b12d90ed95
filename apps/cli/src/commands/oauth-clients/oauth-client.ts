/** An OAuth client as the API shows it: never with its secret. */
export interface OAuthClient {
  readonly mode: string;
  readonly clientId: string | null;
  readonly hasSecret: boolean;
  readonly enabled: boolean;
  readonly redirectUri: string;
  readonly credentials: number;
}

/** The path of the client of a provider. */
export function pathOf(provider: string): string {
  return `/v1/providers/${encodeURIComponent(provider)}/oauth-client`;
}

/** What a person wants to see of it on one line. */
export function rowOf(provider: string, client: OAuthClient) {
  const { mode, clientId, hasSecret, enabled, credentials, redirectUri } = client;
  return {
    provider,
    mode,
    'client id': clientId,
    secret: hasSecret ? 'kept' : null,
    enabled,
    credentials,
    'redirect uri': redirectUri,
  };
}
