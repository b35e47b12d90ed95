/** The one thing that is offered after a failure. */
export type Advice = 'retry' | 'account' | 'admin' | 'provider';

/** By failure code (docs/errors), whoever has to act: once more, with another account, by an administrator, at the provider. */
export const failureAdvice: Readonly<Record<string, Advice>> = {
  key_rejected: 'retry',
  key_out_of_credit: 'provider',
  provider_unavailable: 'retry',
  rate_limited: 'retry',
  consent_denied: 'retry',
  admin_consent_required: 'admin',
  code_expired: 'retry',
  exchange_outcome_unknown: 'retry',
  client_misconfigured: 'admin',
  insufficient_scope: 'retry',
  missing_refresh_token: 'retry',
  grant_revoked: 'retry',
  refresh_interrupted: 'retry',
  refresh_outcome_unknown: 'retry',
  account_mismatch: 'account',
  authorization_expired: 'retry',
  authorization_cancelled: 'retry',
  provider_response_invalid: 'retry',
  request_refused: 'retry',
  revocation_failed: 'provider',
  revocation_unsupported: 'provider',
  credential_gone: 'retry',
  key_service_unavailable: 'admin',
  internal_error: 'retry',
};
