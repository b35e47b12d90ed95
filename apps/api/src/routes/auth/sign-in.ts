import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '@latchkey/core/context.ts';
import { startSession } from '@latchkey/core/sessions';
import type { SignedInPerson } from '../../plugins/console-role.ts';
import { setSessionCookie } from '../../plugins/session-cookie.ts';

/** Starts a console session for somebody who has proven who they are. */
export async function signIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { person, actor }: { person: SignedInPerson; actor: Actor },
): Promise<Date> {
  const { runtime } = request.server;
  const ctx = runtime.contextFor({
    workspaceId: runtime.defaultWorkspaceId,
    actor,
    requestId: request.id,
    clientAddress: request.ip,
  });
  const session = await startSession(ctx, {
    ...person,
    userAgent: request.headers['user-agent'] ?? null,
  });
  setSessionCookie(reply, runtime.settings.publicUrl, session.value);
  return session.expiresAt;
}
