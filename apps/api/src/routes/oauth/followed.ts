import type { FastifyReply, FastifyRequest } from 'fastify';
import { isInstanceAdmin } from '@latchkey/core/context.ts';
import { followAuthorization } from '@latchkey/core/authorizations';
import { returnAddress, type FollowedAuthorization } from '../../pages/result-page.ts';
import { publicContext } from '../../plugins/context.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { errorBody } from '../authorizations/schemas.ts';
import { readBrowserCookie } from './browser-cookie.ts';
import { findPageSession } from './find-session-id.ts';

/**
 * An authorization as the browser that went to the provider for it may see it, or a session of the console.
 * @throws Problem `authorization_not_found`
 */
export async function followed(
  request: FastifyRequest,
  reply: FastifyReply,
  { authorizationId, waitSeconds }: { authorizationId: string; waitSeconds: number },
): Promise<FollowedAuthorization> {
  const session = await findPageSession(request);
  const { authorization, returnUrl } = await followAuthorization(publicContext(request), {
    authorizationId,
    browser: readBrowserCookie(request),
    session: session && {
      actor: session.actor,
      workspaceId: isInstanceAdmin(session.actor) ? null : request.server.runtime.defaultWorkspaceId,
    },
    waitSeconds,
    signal: waitSignal(reply),
  });
  const { id, provider, status, credentialId } = authorization;
  const known = { id, provider, status, credentialId, error: errorBody(authorization) };
  return { ...known, returnTo: returnAddress(returnUrl, known) };
}
