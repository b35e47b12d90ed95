import { isInstanceAdmin } from '@latchkey/core/context.ts';
import { Problem } from '@latchkey/core/errors.ts';
import { publicOrigin } from '@latchkey/core/public-url.ts';
import { rolePermissions } from '@latchkey/core/roles.ts';
import { listWorkspaces } from '@latchkey/core/workspaces';
import type { Route } from '../../api.ts';
import { findPageSession } from '../oauth/find-session-id.ts';
import { orProblem, toTime } from '../schemas.ts';
import { sessionSchema } from './session-schemas.ts';

export const getSessionRoute: Route = (api) => {
  api.get(
    '/auth/session',
    {
      schema: {
        operationId: 'getSession',
        summary: 'Who is signed in to the console',
        tags: ['sessions'],
        response: { 200: sessionSchema, ...orProblem },
      },
      config: { permission: 'public', audit: null, limit: 'read' },
    },
    async (request) => {
      const session = await findPageSession(request);
      if (session === null) throw new Problem('unauthenticated', { detail: 'Nobody is signed in.' });
      const { runtime } = api;
      const workspaceId = runtime.defaultWorkspaceId;
      const { actor, expiresAt } = session;
      const ctx = runtime.contextFor({
        workspaceId,
        actor,
        requestId: request.id,
        clientAddress: request.ip,
      });
      const { items } = await listWorkspaces(ctx, { cursor: null, limit: 200 });
      return {
        person: actor.name,
        role: actor.role,
        permissions: [...rolePermissions[actor.role]],
        expiresAt: toTime(expiresAt),
        workspaceId,
        workspaces: items
          .filter(({ id }) => id === workspaceId || isInstanceAdmin(actor))
          .map(({ id, name }) => ({ id, name })),
        csrf: publicOrigin(runtime.settings.publicUrl),
      };
    },
  );
};
