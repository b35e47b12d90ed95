import type { TokenRequestError } from '../auth-methods/index.ts';
import { failures, type Failure, type FailureCode } from '../errors.ts';
import type { OAuth2Method } from '../providers/index.ts';

/** `dead`: no further call with that token. `client`: the OAuth client's fault. `kept`: not now, nothing is lost. */
export interface Verdict {
  readonly kind: 'dead' | 'client' | 'again' | 'kept';
  readonly code: FailureCode;
  readonly message: string;
}

interface Answered {
  readonly failure: Pick<Failure, 'code' | 'message' | 'retryable'>;
  readonly sent: TokenRequestError['sent'];
  readonly method: { readonly refresh: Pick<OAuth2Method['refresh'], 'rotation'> };
  /** An earlier presentation of the same token has no known end. */
  readonly takeover: boolean;
  readonly authorization: { readonly reason: string };
}

/** What a refresh that brought no tokens means for its credential. Pure. */
export function judgeFailure({ failure, sent, method, takeover, authorization }: Answered): Verdict {
  const { code, message } = failure;
  if (code === 'client_misconfigured') return { kind: 'client', code, message };
  if (failure.retryable) return { kind: 'again', code, message };
  if (code === 'missing_refresh_token') {
    // There is nothing to refresh with: a problem only when a run was refused or needs more time than is left.
    const needed = authorization.reason === 'report' || authorization.reason === 'lease';
    return { kind: needed ? 'dead' : 'kept', code, message };
  }
  if (sent === 'not_sent') return { kind: 'kept', code, message };
  // Refused right after a presentation that may have replaced it: that is our loss, and is called so.
  const rotates = method.refresh.rotation === 'strict' || method.refresh.rotation === 'grace';
  if (code === 'grant_revoked' && takeover && rotates) {
    return {
      kind: 'dead',
      code: 'refresh_outcome_unknown',
      message: failures.refresh_outcome_unknown.message,
    };
  }
  return { kind: 'dead', code, message };
}
