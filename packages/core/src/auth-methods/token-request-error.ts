import type { Failure } from '../errors.ts';
import type { TokenGrant } from './oauth2.ts';

/**
 * A token or revocation request that brought no usable result. `not_sent`: it cannot have reached the provider;
 * `unknown`: it may have been carried out; `answered`: the provider said no.
 */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
  readonly sent: 'not_sent' | 'unknown' | 'answered';
  readonly failure: Failure;
  /** Tokens that were issued but are not to be kept, for the caller to revoke. */
  readonly grant: TokenGrant | null;

  constructor(sent: 'not_sent' | 'unknown' | 'answered', failure: Failure, grant: TokenGrant | null = null) {
    super(failure.message, { cause: failure });
    this.sent = sent;
    this.failure = failure;
    this.grant = grant;
  }
}
