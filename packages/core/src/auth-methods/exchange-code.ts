import {
  authorizationCodeGrantRequest,
  nopkce,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { Failure } from '../errors.ts';
import type { GuardedFetch } from '../outbound/index.ts';
import type { OAuth2Method, Provider } from '../providers/index.ts';
import { oauthEndpoints } from './authorization-server.ts';
import { clientAuthentication } from './client-authentication.ts';
import { sendOAuthRequest } from './oauth-fetch.ts';
import type { OAuthClient, TokenGrant } from './oauth2.ts';
import { missingScopes } from './read-scopes.ts';
import { readTokenAnswer, type TokenAnswer } from './read-token-answer.ts';
import { TokenRequestError } from './token-request-error.ts';
import { reportMalformed, reportUnanswered, toGrant } from './token-request.ts';

export interface CodeExchange {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly code: string;
  readonly codeVerifier: string;
  /** Byte for byte the one of the authorization request. */
  readonly redirectUri: string;
  /** The nonce of the authorization request: an ID token that comes along must carry it. */
  readonly nonce?: string;
}

/**
 * Presents the code, once. An `unknown` outcome fails as `exchange_outcome_unknown`: a code is never presented twice
 * (RFC 6749 section 4.1.2). Expiry counts from before the call.
 *
 * @throws TokenRequestError; with `grant` where tokens came but fall short: `insufficient_scope`, `missing_refresh_token`
 */
export async function exchangeCode(
  fetch: GuardedFetch,
  exchange: CodeExchange,
  signal?: AbortSignal,
): Promise<TokenGrant> {
  const { provider, client, code, codeVerifier, redirectUri } = exchange;
  const { method, server, client: libraryClient } = oauthEndpoints(provider, client);
  try {
    const answer = await reportUnanswered(
      sendOAuthRequest(
        fetch,
        provider,
        method,
        method.tokenRequestFormat,
        (options) =>
          authorizationCodeGrantRequest(
            server,
            libraryClient,
            clientAuthentication(method, client),
            // The library takes only parameters that it has branded; the real ones were checked in the callback.
            validateAuthResponse(server, libraryClient, new URLSearchParams({ code })),
            redirectUri,
            method.pkce === 'S256' ? codeVerifier : nopkce,
            { ...options, additionalParameters: scopeParameter(method) },
          ),
        signal,
      ),
    );
    const secrets = [code, codeVerifier, client.clientSecret?.reveal() ?? ''];
    const read = readTokenAnswer(method, 'exchange', answer, secrets);
    return complete(method, await readStandard(exchange, read), read);
  } catch (error) {
    throw neverAgain(error);
  }

  async function readStandard({ nonce }: CodeExchange, { standard }: TokenAnswer) {
    const { id_token: idToken, ...withoutIdToken } = standard;
    const checksIdToken =
      idToken !== undefined &&
      nonce !== undefined &&
      method.issuer !== null &&
      method.scopes.includes('openid');
    return reportMalformed(
      processAuthorizationCodeResponse(
        server,
        libraryClient,
        // Nothing is read from an ID token. Where it cannot be checked it is left out.
        Response.json(checksIdToken ? standard : withoutIdToken),
        checksIdToken ? { expectedNonce: nonce, requireIdToken: true } : {},
      ),
    );
  }
}

export function scopeParameter(method: OAuth2Method): Record<string, string> {
  return method.scopeOnTokenRequests ? { scope: method.scopes.join(method.scopeSeparator) } : {};
}

function complete(
  method: OAuth2Method,
  standard: Parameters<typeof toGrant>[1],
  { raw }: TokenAnswer,
): TokenGrant {
  const grant = toGrant(method, standard, raw, method.scopes);
  const missing = missingScopes(method, grant.scopes ?? []);
  if (missing.length > 0) {
    const detail = `Not granted: ${missing.join(', ')}. Connect again and leave all permissions ticked.`;
    throw new TokenRequestError('answered', new Failure('insufficient_scope', { detail }), { grant });
  }
  if (method.refreshTokenRequired && grant.refreshToken === null) {
    throw new TokenRequestError('answered', new Failure('missing_refresh_token'), { grant });
  }
  return grant;
}

function neverAgain(error: unknown): unknown {
  if (!(error instanceof TokenRequestError) || error.sent !== 'unknown') return error;
  return new TokenRequestError('unknown', new Failure('exchange_outcome_unknown', { cause: error.failure }));
}
