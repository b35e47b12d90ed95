import { Failure } from '../errors.ts';
import type { OutboundResponse } from '../outbound/index.ts';
import type { OAuth2Method } from '../providers/index.ts';
import { classifyOAuthError, classifyStatus, failureDetail } from './classify-failure.ts';
import { expiresInPolicy } from './expires-in.ts';
import { readJsonObject } from './read-json.ts';
import { readRetryAfter } from './retry-after.ts';
import { TokenRequestError } from './token-request-error.ts';

export interface TokenAnswer {
  /** The answer as RFC 6749 section 5.1 wants it. */
  readonly standard: Readonly<Record<string, unknown>>;
  /** Everything the provider sent. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/**
 * Pure: tokens, or why there are none. Some providers say no with status 200, so the body decides there.
 *
 * @throws TokenRequestError `answered` for a refusal; `unknown` where tokens may have been issued without reaching us
 */
export function readTokenAnswer(
  method: OAuth2Method,
  phase: 'exchange' | 'refresh',
  answer: OutboundResponse,
  secrets: readonly string[],
): TokenAnswer {
  const { status: providerStatus } = answer;
  const byStatus = classifyStatus(answer);
  // After a 5xx nobody knows whether the refresh token was used up.
  if (byStatus !== null)
    throw new TokenRequestError(
      byStatus.code === 'rate_limited' || answer.status === 408 ? 'answered' : 'unknown',
      byStatus,
      { providerStatus },
    );
  const body = readJsonObject(answer.text);
  const succeeded = answer.status < 300;
  if (body !== null && body['error'] === undefined && succeeded && isToken(body['access_token'])) {
    return { standard: standardForm(method, body), raw: body };
  }
  const retryAfterSeconds = readRetryAfter(answer.headers);
  const refusal = body === null ? null : classifyOAuthError(method, phase, body, secrets);
  if (refusal !== null) {
    throw new TokenRequestError(
      'answered',
      new Failure(refusal.code, { detail: refusal.detail, retryAfterSeconds }),
      { providerStatus, clientRejected: body?.['error'] === 'invalid_client' },
    );
  }
  // RFC 6749 section 5.2: 401 is about the client.
  const code = body !== null && answer.status === 401 ? 'client_misconfigured' : 'provider_response_invalid';
  const what = body === null ? 'without JSON' : 'that could not be understood';
  const detail = failureDetail(
    `The provider sent an answer ${what}, status ${answer.status}.`,
    body ?? {},
    secrets,
  );
  const refused = !succeeded || body?.['error'] !== undefined;
  throw new TokenRequestError(refused ? 'answered' : 'unknown', new Failure(code, { detail }), {
    providerStatus,
    clientRejected: code === 'client_misconfigured',
  });
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** What oauth4webapi insists on and providers do not: see each line. */
function standardForm(
  method: OAuth2Method,
  body: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const expiresIn = expiresInPolicy(body['expires_in'], method.refresh.expiresInDefaultSeconds);
  // A list at some. Only words are joined: a list in a list in a list … would end the run, and cost the tokens.
  const scope = Array.isArray(body['scope'])
    ? body['scope'].filter(isToken).join(' ') || null
    : body['scope'];
  return {
    access_token: body['access_token'],
    // Required, yet left out by some.
    token_type: isToken(body['token_type']) ? body['token_type'] : 'bearer',
    // A string at some, nonsense at others.
    ...(expiresIn === null ? {} : { expires_in: expiresIn }),
    // `null` or empty where there is none.
    ...(isToken(body['refresh_token']) ? { refresh_token: body['refresh_token'] } : {}),
    ...(typeof scope === 'string' ? { scope } : {}),
    ...(isToken(body['id_token']) ? { id_token: body['id_token'] } : {}),
  };
}
