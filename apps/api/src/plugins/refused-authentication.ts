import type { FastifyRequest } from 'fastify';
import { nobody } from '@latchkey/core/audit';
import type { ProblemCode } from '@latchkey/core/errors.ts';

/** How somebody tried to be taken for somebody. */
type Attempt = 'service token' | 'admin token' | 'sign-in service';

/** Counts an attempt that failed, for the audit of the default workspace: who is unknown belongs to none. */
export function countRefusedAuthentication(
  { server, id, ip }: FastifyRequest,
  attempt: Attempt,
  code: ProblemCode,
): void {
  const { refusals, defaultWorkspaceId } = server.runtime;
  refusals.count({
    action: 'authentication.refuse',
    workspaceId: defaultWorkspaceId,
    actor: nobody,
    requestId: id,
    clientAddress: ip,
    subject: attempt,
    data: { code },
  });
}
