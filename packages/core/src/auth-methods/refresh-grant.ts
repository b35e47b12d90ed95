import { processRefreshTokenResponse, refreshTokenGrantRequest } from 'oauth4webapi';
import type { GuardedFetch } from '../outbound/index.ts';
import type { Provider } from '../providers/index.ts';
import type { Secret } from '../secret.ts';
import { oauthEndpoints } from './authorization-server.ts';
import { clientAuthentication } from './client-authentication.ts';
import { scopeParameter } from './exchange-code.ts';
import { sendOAuthRequest } from './oauth-fetch.ts';
import type { OAuthClient, TokenGrant } from './oauth2.ts';
import { readTokenAnswer } from './read-token-answer.ts';
import { reportMalformed, reportUnanswered, toGrant } from './token-request.ts';

export interface GrantRefresh {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly refreshToken: Secret;
  /** What the grant had before: an answer that does not name scopes leaves them (RFC 6749 section 6). */
  readonly previousScopes: readonly string[];
}

/**
 * Presents the refresh token, once. A narrower scope is no error here: the tokens are real and must not be lost.
 *
 * @throws TokenRequestError
 */
export async function refreshGrant(
  fetch: GuardedFetch,
  { provider, client, refreshToken, previousScopes }: GrantRefresh,
  signal?: AbortSignal,
): Promise<TokenGrant> {
  const { method, server, client: libraryClient } = oauthEndpoints(provider, client);
  const answer = await reportUnanswered(
    sendOAuthRequest(
      fetch,
      provider,
      method,
      method.tokenRequestFormat,
      (options) =>
        refreshTokenGrantRequest(
          server,
          libraryClient,
          clientAuthentication(method, client),
          refreshToken.reveal(),
          {
            ...options,
            additionalParameters: scopeParameter(method),
          },
        ),
      signal,
    ),
  );
  const secrets = [refreshToken.reveal(), client.clientSecret?.reveal() ?? ''];
  const { standard, raw } = readTokenAnswer(method, 'refresh', answer, secrets);
  const { id_token: _unused, ...withoutIdToken } = standard;
  const read = await reportMalformed(
    processRefreshTokenResponse(server, libraryClient, Response.json(withoutIdToken)),
  );
  return toGrant(method, read, raw, previousScopes);
}
