import { calculatePKCECodeChallenge } from 'oauth4webapi';
import { Problem } from '../errors.ts';
import type { Provider } from '../providers/index.ts';
import { oauthEndpoints } from './authorization-server.ts';
import type { OAuthClient } from './oauth2.ts';

export interface AuthorizationRequest {
  readonly state: string;
  /** 43 to 128 characters (RFC 7636 section 4.1); only its S256 challenge leaves. */
  readonly codeVerifier: string;
  /** Sent where an ID token will carry it back (OpenID Connect Core section 3.1.2.1). */
  readonly nonce: string;
  readonly redirectUri: string;
}

/**
 * Where the browser goes to ask for consent.
 *
 * @throws Problem `oauth_client_missing` if the client has no id
 * @throws Failure `client_misconfigured`
 */
export async function buildAuthorizationUrl(
  provider: Provider,
  client: OAuthClient,
  request: AuthorizationRequest,
): Promise<string> {
  if (client.clientId.trim() === '') throw new Problem('oauth_client_missing');
  const { method, authorizationEndpoint } = oauthEndpoints(provider, client);
  const url = new URL(authorizationEndpoint);
  const parameters: Record<string, string> = {
    ...method.authorizationParams,
    client_id: client.clientId,
    response_type: 'code',
    redirect_uri: request.redirectUri,
    state: request.state,
  };
  if (method.scopes.length > 0) parameters['scope'] = method.scopes.join(method.scopeSeparator);
  if (method.scopes.includes('openid')) parameters['nonce'] = request.nonce;
  if (method.pkce === 'S256') {
    parameters['code_challenge'] = await calculatePKCECodeChallenge(request.codeVerifier);
    parameters['code_challenge_method'] = 'S256';
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  // Not every provider reads "+" as a space.
  url.search = url.search.replaceAll('+', '%20');
  return url.href;
}
