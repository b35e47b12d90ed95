import { describeFailure, Failure, type FailureCode } from '../errors.ts';
import { OutboundError, type OutboundResponse } from '../outbound/index.ts';
import type { OAuth2Method } from '../providers/index.ts';
import { cleanProviderText } from './provider-text.ts';
import { readRetryAfter } from './retry-after.ts';

/** Which leg of OAuth an error answer belongs to. */
export type OAuthPhase = 'callback' | 'exchange' | 'refresh';

/** RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6, RFC 8628 section 3.5. */
const standardErrors: Readonly<Record<string, FailureCode>> = {
  invalid_grant: 'grant_revoked',
  access_denied: 'consent_denied',
  interaction_required: 'grant_revoked',
  login_required: 'grant_revoked',
  consent_required: 'grant_revoked',
  account_selection_required: 'grant_revoked',
  invalid_client: 'client_misconfigured',
  unauthorized_client: 'client_misconfigured',
  invalid_request: 'client_misconfigured',
  invalid_scope: 'client_misconfigured',
  invalid_target: 'client_misconfigured',
  unsupported_grant_type: 'client_misconfigured',
  unsupported_response_type: 'client_misconfigured',
  redirect_uri_mismatch: 'client_misconfigured',
  server_error: 'provider_unavailable',
  temporarily_unavailable: 'provider_unavailable',
  slow_down: 'rate_limited',
};

/** One and the same refusal has another name in each leg. */
const inPhase: Readonly<Record<OAuthPhase, Partial<Record<FailureCode, FailureCode>>>> = {
  callback: { grant_revoked: 'consent_denied', code_expired: 'consent_denied' },
  exchange: { grant_revoked: 'code_expired' },
  // At a token endpoint `access_denied` is no answer of a person; a grant ends only by a word that says so.
  refresh: { code_expired: 'grant_revoked', consent_denied: 'client_misconfigured' },
};

/** What an OAuth error answer means; null if its `error` is neither standard nor known for the provider. */
export function classifyOAuthError(
  method: OAuth2Method,
  phase: OAuthPhase,
  answer: Readonly<Record<string, unknown>>,
  secrets: readonly string[] = [],
): { code: FailureCode; detail: string } | null {
  const { error } = answer;
  if (typeof error !== 'string') return null;
  const own = method.readError?.(answer);
  const code = own?.code ?? lookUp(method.errors, error) ?? lookUp(standardErrors, error);
  if (code === undefined) return null;
  const phased = inPhase[phase][code] ?? code;
  return {
    code: phased,
    detail: failureDetail(own?.detail ?? describeFailure(phased).message, answer, secrets),
  };
}

/** A sentence of ours, and behind it what the provider wrote. */
export function failureDetail(
  sentence: string,
  answer: Readonly<Record<string, unknown>>,
  secrets: readonly string[] = [],
): string {
  const {
    error,
    error_subtype: subtype,
    error_description: description,
    error_summary: summary,
    message,
  } = answer;
  const parts = [error, subtype, description, summary, message].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  const text = cleanProviderText(parts.join(': '), secrets);
  return text === '' ? sentence : `${sentence} (${text})`;
}

/** What a status means whatever the body says; null if the body decides. */
export function classifyStatus({ status, headers }: OutboundResponse): Failure | null {
  const retryAfterSeconds = readRetryAfter(headers);
  // 529 is Notion's and Cloudflare's "overloaded".
  if (status === 429 || status === 529) return new Failure('rate_limited', { retryAfterSeconds });
  if (status === 408 || status >= 500) {
    const detail = `The provider answered with status ${status}. Latchkey tries again.`;
    return new Failure('provider_unavailable', { detail, retryAfterSeconds });
  }
  return null;
}

/** @throws whatever it is given, unless it is an OutboundError */
export function classifyOutboundError(error: unknown): {
  sent: OutboundError['sent'];
  failure: Failure;
  gaveUp: boolean;
} {
  if (!(error instanceof OutboundError)) throw error;
  // No cause is passed on: causes of the HTTP client can carry headers.
  const code = error.refused ? 'request_refused' : 'provider_unavailable';
  const failure = new Failure(code, { detail: `${describeFailure(code).message} (${error.message})` });
  const gaveUp = error.reason === 'timeout' || error.reason === 'aborted';
  return { sent: error.sent, failure, gaveUp };
}

function lookUp(table: Readonly<Record<string, FailureCode>>, error: string): FailureCode | undefined {
  return Object.hasOwn(table, error) ? table[error] : undefined;
}
