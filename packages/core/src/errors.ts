import type { FieldError } from './field-rules.ts';

/**
 * Every code that leaves Latchkey, in two tables. Codes are part of the contract: add, never rename.
 */

/** Who must act for a failed authorization to succeed. */
export type FailureActor = 'user' | 'admin' | 'nobody';

interface FailureFacts {
  readonly message: string;
  readonly retryable: boolean;
  readonly actor: FailureActor;
}

/** Why an authorization failed or a credential stopped working. */
export const failures = {
  key_rejected: {
    message: 'The provider rejected this key. Enter a valid one.',
    retryable: false,
    actor: 'user',
  },
  key_out_of_credit: {
    message: 'The provider says this key has no credit left. Top up the account at the provider.',
    retryable: true,
    actor: 'user',
  },
  provider_unavailable: {
    message: 'The provider could not be reached or answered with an error. Latchkey tries again.',
    retryable: true,
    actor: 'nobody',
  },
  rate_limited: {
    message: 'The provider asked to slow down. Latchkey tries again later.',
    retryable: true,
    actor: 'nobody',
  },
  consent_denied: { message: 'Access was not granted at the provider.', retryable: false, actor: 'user' },
  admin_consent_required: {
    message: 'The organization requires an administrator to approve this app first.',
    retryable: false,
    actor: 'admin',
  },
  code_expired: {
    message: 'The authorization code was no longer valid. Connect again.',
    retryable: false,
    actor: 'user',
  },
  exchange_outcome_unknown: {
    message: 'The connection broke while the authorization code was being exchanged. Connect again.',
    retryable: false,
    actor: 'user',
  },
  client_misconfigured: {
    message: 'The provider rejected the OAuth client. Check its client id and secret.',
    retryable: false,
    actor: 'admin',
  },
  insufficient_scope: {
    message:
      'Fewer permissions were granted than the data source needs. Connect again and leave all permissions ticked.',
    retryable: false,
    actor: 'user',
  },
  missing_refresh_token: {
    message: 'The provider sent no refresh token, so the connection could not be kept alive. Connect again.',
    retryable: false,
    actor: 'user',
  },
  grant_revoked: {
    message: 'The provider no longer accepts this grant. Connect the account again.',
    retryable: false,
    actor: 'user',
  },
  refresh_interrupted: {
    message:
      'A refresh was interrupted and nobody knows whether the provider carried it out. The token at hand stays in use; the refresh is tried once more before it ends.',
    retryable: true,
    actor: 'nobody',
  },
  refresh_outcome_unknown: {
    message:
      'A refresh was interrupted and the provider no longer accepts the token it had. Connect the account again.',
    retryable: false,
    actor: 'user',
  },
  account_mismatch: {
    message: 'Another account was connected than the one this credential belongs to.',
    retryable: false,
    actor: 'user',
  },
  authorization_expired: {
    message: 'Nobody finished this authorization in time. Start again.',
    retryable: false,
    actor: 'user',
  },
  authorization_cancelled: { message: 'The authorization was cancelled.', retryable: false, actor: 'user' },
  provider_response_invalid: {
    message: 'The provider sent an answer that could not be understood.',
    retryable: true,
    actor: 'nobody',
  },
  request_refused: {
    message: 'The address is not one that Latchkey may call.',
    retryable: false,
    actor: 'user',
  },
  revocation_failed: {
    message: 'The grant could not be revoked at the provider. Remove the app in the account settings there.',
    retryable: false,
    actor: 'user',
  },
  revocation_unsupported: {
    message:
      'This provider has no way to revoke a single grant. Remove the app in the account settings there.',
    retryable: false,
    actor: 'user',
  },
  credential_gone: {
    message: 'The credential was deleted or changed in the meantime.',
    retryable: false,
    actor: 'nobody',
  },
  key_service_unavailable: {
    message: 'The service that keeps the encryption keys is not available. Latchkey tries again.',
    retryable: true,
    actor: 'admin',
  },
  internal_error: {
    message: 'Something went wrong inside Latchkey. The log has the details.',
    retryable: true,
    actor: 'nobody',
  },
} as const satisfies Record<string, FailureFacts>;

export type FailureCode = keyof typeof failures;

/** Looks up what a failure code means for people. */
export function describeFailure(code: FailureCode): FailureFacts {
  return failures[code];
}

interface ProblemFacts {
  readonly status: number;
  readonly title: string;
}

/** Why a request was refused: `code` and HTTP status of the problem+json answer (RFC 9457). */
export const problems = {
  bad_request: { status: 400, title: 'The request is not valid' },
  validation_failed: { status: 400, title: 'A field is not valid' },
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  invalid_callback: { status: 400, title: 'This authorization answer cannot be accepted' },
  unauthenticated: { status: 401, title: 'Authentication is required' },
  forbidden: { status: 403, title: 'This role may not do that' },
  cross_site_request: { status: 403, title: 'The request came from another site' },
  owner_only: { status: 403, title: 'Only its owner may do that' },
  address_not_allowed: { status: 403, title: 'The token may not be used from this address' },
  not_found: { status: 404, title: 'Not found' },
  workspace_not_found: { status: 404, title: 'No such workspace' },
  provider_not_found: { status: 404, title: 'No such provider' },
  credential_not_found: { status: 404, title: 'No such credential' },
  authorization_not_found: { status: 404, title: 'No such authorization' },
  lease_not_found: { status: 404, title: 'No such lease' },
  root_key_not_found: { status: 404, title: 'No such root key' },
  key_job_not_found: { status: 404, title: 'No such key job' },
  queue_not_found: { status: 404, title: 'No such queue' },
  service_token_not_found: { status: 404, title: 'No such service token' },
  session_not_found: { status: 404, title: 'No such session' },
  connect_session_not_found: { status: 404, title: 'No such connect session' },
  oauth_client_not_found: { status: 404, title: 'No OAuth client is stored for this provider' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  credential_in_use: { status: 409, title: 'The credential was leased in the last 24 hours' },
  credential_invalid: { status: 409, title: 'The key of this credential was rejected by the provider' },
  credential_being_removed: { status: 409, title: 'The credential is being removed' },
  reauthorization_required: { status: 409, title: 'The account must be connected again' },
  consent_not_verified: { status: 409, title: 'No consent waits for this code and verifier' },
  oauth_client_missing: { status: 409, title: 'No OAuth client is configured for this provider' },
  auth_method_unsupported: { status: 409, title: 'The provider or credential does not support this' },
  min_ttl_unavailable: { status: 409, title: 'Tokens of this provider do not live that long' },
  name_taken: { status: 409, title: 'The name is already used' },
  authorization_not_cancellable: { status: 409, title: 'The authorization can no longer be cancelled' },
  root_key_not_everywhere: { status: 409, title: 'A process cannot use this root key yet' },
  root_key_in_use: { status: 409, title: 'The root key is still in use' },
  root_key_retired: { status: 409, title: 'The root key is retired for good' },
  key_job_running: { status: 409, title: 'A key job of this kind is running' },
  key_job_not_cancellable: { status: 409, title: 'The key job has ended' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  connect_session_over: { status: 410, title: 'The connect session is over' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'Address and headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong' },
  credential_not_ready: { status: 503, title: 'The credential is not ready yet' },
  refresh_in_progress: { status: 503, title: 'The token is being refreshed' },
  provider_unavailable: { status: 503, title: 'The provider cannot be reached at the moment' },
  too_many_waiting: { status: 503, title: 'Too many leases wait for a token at the moment' },
  key_service_unavailable: { status: 503, title: 'The encryption keys are not available at the moment' },
  audit_unavailable: { status: 503, title: 'The audit cannot be written at the moment' },
  service_unavailable: { status: 503, title: 'A part of Latchkey is not available at the moment' },
} as const satisfies Record<string, ProblemFacts>;

export type ProblemCode = keyof typeof problems;

interface ProblemDetails {
  /** A sentence for the person who reads the answer. */
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterSeconds?: number;
  /** Further members of the problem document, for example `connectUrl`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A request that is refused. Routes translate it to problem+json; nothing was changed. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails = {}) {
    super(
      details.detail ?? problems[code].title,
      details.cause === undefined ? {} : { cause: details.cause },
    );
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return problems[this.code].status;
  }
}

/** An authorization or refresh attempt that did not succeed. `retryAfterSeconds` is what the provider asked for. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly retryAfterSeconds: number | null;

  constructor(
    code: FailureCode,
    options: { detail?: string; retryAfterSeconds?: number | null; cause?: unknown } = {},
  ) {
    super(
      options.detail ?? failures[code].message,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }

  get retryable(): boolean {
    return failures[this.code].retryable;
  }
}

/** A configuration that stops the boot; `lines` is what the operator reads. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}
