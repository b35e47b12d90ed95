import type { Context } from '../context.ts';
import { connectUrl } from '../credentials/index.ts';
import { Problem, type ProblemCode } from '../errors.ts';
import type { LeaseDecision } from './decide-lease.ts';
import type { LeaseRow } from './read-credentials.ts';

/** A person has to act before another lease can succeed. */
const needPerson: readonly ProblemCode[] = ['reauthorization_required', 'credential_invalid'];

const retryAfterSeconds = 5;

/** Why there is no lease, in words for the caller: what the provider said, and what to do. */
export function refuseLease(ctx: Context, row: LeaseRow | null, decision: LeaseDecision): Problem {
  if (row === null) return new Problem('credential_not_found');
  const said = row.lastErrorMessage === null ? {} : { detail: row.lastErrorMessage };
  switch (decision.kind) {
    case 'refuse':
      if (needPerson.includes(decision.code))
        return new Problem(decision.code, { ...said, extensions: personNeeded(ctx, row) });
      if (decision.retryAfterSeconds === undefined) return new Problem(decision.code);
      return new Problem(decision.code, { ...said, retryAfterSeconds: decision.retryAfterSeconds });
    case 'hold':
      return new Problem('provider_unavailable', {
        ...said,
        retryAfterSeconds: Math.ceil(decision.seconds),
      });
    case 'wait':
      return new Problem('credential_not_ready', {
        detail: 'The key has not been validated yet.',
        ...said,
        retryAfterSeconds,
      });
    default:
      return row.lastErrorMessage === null
        ? new Problem('refresh_in_progress', { retryAfterSeconds })
        : new Problem('provider_unavailable', { ...said, retryAfterSeconds });
  }
}

function personNeeded(ctx: Context, row: LeaseRow) {
  return {
    connectUrl: connectUrl(ctx.settings, row.id),
    credentialId: row.id,
    reason: row.lastErrorCode,
  };
}
