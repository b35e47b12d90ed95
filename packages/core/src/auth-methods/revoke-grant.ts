import { revocationRequest, type ClientAuth } from 'oauth4webapi';
import { Failure } from '../errors.ts';
import type { GuardedFetch, OutboundResponse } from '../outbound/index.ts';
import type { OAuth2Method, Provider } from '../providers/index.ts';
import type { Secret } from '../secret.ts';
import { oauthEndpoints, type OAuthEndpoints } from './authorization-server.ts';
import { classifyStatus, failureDetail } from './classify-failure.ts';
import { clientAuthentication } from './client-authentication.ts';
import { sendOAuthRequest } from './oauth-fetch.ts';
import type { OAuthClient } from './oauth2.ts';
import { isJsonObject, readJsonObject } from './read-json.ts';
import { refreshGrant } from './refresh-grant.ts';
import { TokenRequestError } from './token-request-error.ts';
import { reportUnanswered } from './token-request.ts';

/** `unsupported`: the provider has no way to revoke a single grant. */
export type RevocationOutcome = 'revoked' | 'already_gone' | 'unsupported';

export interface GrantRevocation {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly accessToken: Secret | null;
  readonly refreshToken: Secret | null;
}

/**
 * Ends a grant at the provider, by the token that the provider wants for it (RFC 7009 section 2.1: the refresh token
 * ends the access tokens with it).
 *
 * @throws TokenRequestError
 */
export async function revokeGrant(
  fetch: GuardedFetch,
  revocation: GrantRevocation,
  signal?: AbortSignal,
): Promise<RevocationOutcome> {
  const { provider, client, accessToken, refreshToken } = revocation;
  const endpoints = oauthEndpoints(provider, client);
  const { method } = endpoints;
  if (method.revocationEndpoint === null) return 'unsupported';
  const preferred = method.revocation.token === 'refresh_token' ? refreshToken : accessToken;
  const token = preferred ?? refreshToken ?? accessToken;
  if (token === null) return 'already_gone';
  const answer = await reportUnanswered(requestRevocation(fetch, revocation, endpoints, token, signal));
  if (expiredBearer(method, answer) && refreshToken !== null) {
    const fresh = await refreshForRevocation(fetch, { ...revocation, refreshToken }, signal);
    if (fresh === null) return 'already_gone';
    return revokeGrant(fetch, { ...revocation, accessToken: fresh, refreshToken: null }, signal);
  }
  const secrets = [token.reveal(), client.clientSecret?.reveal() ?? ''];
  return readRevocationAnswer(method, answer, secrets);
}

function requestRevocation(
  fetch: GuardedFetch,
  { provider, client }: GrantRevocation,
  { method, server, client: libraryClient }: OAuthEndpoints,
  token: Secret,
  signal: AbortSignal | undefined,
): Promise<OutboundResponse> {
  const { kind, clientAuthentication: authenticates } = method.revocation;
  if (kind === 'bearer') {
    const headers = { ...method.tokenRequestHeaders, authorization: `Bearer ${token.reveal()}` };
    const url = server.revocation_endpoint ?? '';
    return fetch({ method: 'POST', url, headers }, provider.allowedHosts, signal);
  }
  const authentication = authenticates ? clientAuthentication(method, client) : anonymous;
  return sendOAuthRequest(
    fetch,
    provider,
    method,
    kind,
    (options) => revocationRequest(server, libraryClient, authentication, token.reveal(), options),
    signal,
  );
}

const anonymous: ClientAuth = () => {};

/** Pure. @throws TokenRequestError `answered`, or `unknown` after a 5xx */
export function readRevocationAnswer(
  method: OAuth2Method,
  answer: OutboundResponse,
  secrets: readonly string[],
): RevocationOutcome {
  const byStatus = classifyStatus(answer);
  if (byStatus !== null) throw new TokenRequestError(answer.status >= 500 ? 'unknown' : 'answered', byStatus);
  const body = readJsonObject(answer.text) ?? {};
  const error = errorName(body);
  if (answer.status < 300 && error === null) return 'revoked';
  if (error !== null && method.revocation.goneErrors.includes(error)) return 'already_gone';
  const aboutClient = error === 'invalid_client' || error === 'unauthorized_client';
  const code = aboutClient ? 'client_misconfigured' : 'revocation_failed';
  const detail = failureDetail(
    `The provider answered the revocation with status ${answer.status}.`,
    body,
    secrets,
  );
  throw new TokenRequestError('answered', new Failure(code, { detail }));
}

/** `error` of RFC 6749, or the tag of an API error (Dropbox). */
function errorName(body: Readonly<Record<string, unknown>>): string | null {
  const { error } = body;
  const name = isJsonObject(error) ? error['.tag'] : error;
  return typeof name === 'string' ? name : null;
}

/** Only where the refresh token survives being used can a revocation afford a refresh. */
function expiredBearer(method: OAuth2Method, answer: OutboundResponse): boolean {
  if (method.revocation.kind !== 'bearer' || method.refresh.rotation !== 'none') return false;
  return answer.status === 401 && errorName(readJsonObject(answer.text) ?? {}) === 'expired_access_token';
}

/** A live access token of the grant; null if the grant has ended. */
async function refreshForRevocation(
  fetch: GuardedFetch,
  { provider, client, refreshToken }: GrantRevocation & { refreshToken: Secret },
  signal: AbortSignal | undefined,
): Promise<Secret | null> {
  try {
    const grant = await refreshGrant(fetch, { provider, client, refreshToken, previousScopes: [] }, signal);
    return grant.accessToken;
  } catch (error) {
    if (error instanceof TokenRequestError && error.failure.code === 'grant_revoked') return null;
    throw error;
  }
}
