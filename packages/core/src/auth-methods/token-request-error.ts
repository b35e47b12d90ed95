import type { Failure } from '../errors.ts';
import type { TokenGrant } from './oauth2.ts';

interface Facts {
  /** Tokens that were issued but are not to be kept, for the caller to revoke. */
  readonly grant?: TokenGrant | null;
  /** HTTP status of the answer; null when none came. */
  readonly providerStatus?: number | null;
  /** The provider does not know the client or its secret: every credential of that client would be told the same. */
  readonly clientRejected?: boolean;
  /** We stopped waiting: the provider may still be at it. */
  readonly gaveUp?: boolean;
}

/**
 * A token or revocation request that brought no usable result. `not_sent`: it cannot have reached the provider;
 * `unknown`: it may have been carried out; `answered`: the provider said no.
 */
export class TokenRequestError extends Error {
  override readonly name = 'TokenRequestError';
  readonly sent: 'not_sent' | 'unknown' | 'answered';
  readonly failure: Failure;
  readonly grant: TokenGrant | null;
  readonly providerStatus: number | null;
  readonly clientRejected: boolean;
  readonly gaveUp: boolean;

  constructor(sent: 'not_sent' | 'unknown' | 'answered', failure: Failure, facts: Facts = {}) {
    super(failure.message, { cause: failure });
    this.sent = sent;
    this.failure = failure;
    this.grant = facts.grant ?? null;
    this.providerStatus = facts.providerStatus ?? null;
    this.clientRejected = facts.clientRejected ?? false;
    this.gaveUp = facts.gaveUp ?? false;
  }
}
