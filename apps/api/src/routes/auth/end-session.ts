import { publicOrigin } from '@latchkey/core/public-url.ts';
import { signOut } from '@latchkey/core/sessions';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { requireSameOrigin } from '../../plugins/same-origin.ts';
import { clearSessionCookie } from '../../plugins/session-cookie.ts';
import { findPageSession } from '../oauth/find-session-id.ts';
import { orProblem } from '../schemas.ts';

export const endSessionRoute: Route = (api) => {
  api.delete(
    '/auth/session',
    {
      schema: {
        operationId: 'endSession',
        summary: 'Sign out of the console',
        tags: ['sessions'],
        response: { 204: z.void().describe('Signed out, now or before.'), ...orProblem },
      },
      config: { permission: 'public', audit: 'session.end', limit: 'write' },
    },
    async (request, reply) => {
      const { runtime } = api;
      const { publicUrl } = runtime.settings;
      requireSameOrigin(request, publicOrigin(publicUrl));
      const session = await findPageSession(request);
      if (session !== null) {
        const workspaceId = runtime.defaultWorkspaceId;
        const { actor } = session;
        const ctx = runtime.contextFor({
          workspaceId,
          actor,
          requestId: request.id,
          clientAddress: request.ip,
        });
        await signOut(ctx, { id: actor.id });
      }
      clearSessionCookie(reply, publicUrl);
      return reply.code(204).send();
    },
  );
};
