import type { Context } from '../context.ts';
import type { Problem } from '../errors.ts';

/**
 * Counts a lease that was refused, for the audit.
 * @param subject the credential, or the provider where the caller has none: what callers send is no subject
 */
export function countRefusedLease(ctx: Context, subject: string, { code }: Problem): void {
  const { workspaceId, actor, requestId, clientAddress } = ctx;
  ctx.refusals.count({
    action: 'lease.refuse',
    workspaceId,
    actor,
    requestId,
    clientAddress,
    subject,
    data: { code },
  });
}
