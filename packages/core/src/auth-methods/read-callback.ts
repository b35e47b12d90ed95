import { AuthorizationResponseError, validateAuthResponse } from 'oauth4webapi';
import { Failure, Problem } from '../errors.ts';
import { requireOAuth2, type OAuth2Method, type Provider } from '../providers/index.ts';
import { classifyOAuthError, failureDetail } from './classify-failure.ts';

export type CallbackResult =
  | { readonly kind: 'code'; readonly code: string; readonly params: URLSearchParams }
  | { readonly kind: 'denied'; readonly failure: Failure };

/**
 * What an answer may carry: RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207, `session_state` of OpenID Connect Session
 * Management, `scope` because many add it. What else a provider sends is in its `callbackParams`.
 */
const standardParams = [
  'code',
  'state',
  'iss',
  'error',
  'error_description',
  'error_uri',
  'scope',
  'session_state',
];

const maxTotalBytes = 4096;
const maxCodeBytes = 2048;

/**
 * Reads the provider's answer in the callback. `state` is the value that was found to belong to this browser.
 * Nothing of the query is repeated in a problem.
 *
 * @throws Problem `invalid_callback`
 */
export function readCallback(provider: Provider, query: URLSearchParams, state: string): CallbackResult {
  const method = requireOAuth2(provider);
  refuseUnlessWellFormed(method, query);
  const iss = query.get('iss');
  if (method.issuer === null && iss !== null) refuseForeignIssuer(provider, method, iss);
  const server = {
    issuer: method.issuer ?? iss ?? 'none',
    authorization_response_iss_parameter_supported: method.issRequired,
  };
  try {
    const params = validateAuthResponse(server, { client_id: 'any' }, query, state);
    const code = params.get('code');
    if (code === null || code === '') throw invalid('It has no authorization code.');
    return { kind: 'code', code, params };
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof AuthorizationResponseError)
      return { kind: 'denied', failure: readDenial(method, query) };
    // No cause: the library's errors carry the parameters.
    throw invalid('It does not belong to this authorization.');
  }
}

function refuseUnlessWellFormed(method: OAuth2Method, query: URLSearchParams): void {
  const names = [...query.keys()];
  if (Buffer.byteLength(query.toString()) > maxTotalBytes) throw invalid('It is too long.');
  if (new Set(names).size !== names.length) throw invalid('A parameter is given twice.');
  const known = new Set([...standardParams, ...method.callbackParams]);
  if (names.some((name) => !known.has(name))) throw invalid('It has an unknown parameter.');
  if (query.has('code') && query.has('error')) throw invalid('It is a success and an error at once.');
  if (query.get('error') === '') throw invalid('Its error has no name.');
  if (Buffer.byteLength(query.get('code') ?? '') > maxCodeBytes)
    throw invalid('The authorization code is too long.');
}

/**
 * A definition without an issuer cannot compare `iss`. A provider that begins to send it goes on working as long as
 * it is one of its own hosts; the redirect URI per provider is what rules mix-up out (RFC 9700 section 4.4.2).
 */
function refuseForeignIssuer(provider: Provider, method: OAuth2Method, iss: string): void {
  const hosts = [new URL(method.authorizationEndpoint).host, ...provider.allowedHosts];
  if (!URL.canParse(iss) || !hosts.includes(new URL(iss).host))
    throw invalid('It comes from another issuer.');
}

function readDenial(method: OAuth2Method, query: URLSearchParams): Failure {
  const answer = Object.fromEntries(query);
  const classified = classifyOAuthError(method, 'callback', answer);
  if (classified !== null) return new Failure(classified.code, { detail: classified.detail });
  return new Failure('consent_denied', {
    detail: failureDetail('Access was not granted at the provider.', answer),
  });
}

function invalid(detail: string): Problem {
  return new Problem('invalid_callback', { detail });
}
