import { getAuthorization } from '@latchkey/core/authorizations';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { byId, orProblem, waitSeconds } from '../schemas.ts';
import { authorizationBody, authorizationSchema } from './schemas.ts';

export const getAuthorizationRoute: Route = (api) => {
  api.get(
    '/v1/authorizations/:id',
    {
      schema: {
        operationId: 'getAuthorization',
        summary: 'Read an authorization, or wait for it to change',
        tags: ['authorizations'],
        params: byId,
        querystring: z.object({ wait: waitSeconds }),
        response: { 200: authorizationSchema, ...orProblem },
      },
      config: { permission: 'authorization:read', audit: null, limit: 'read' },
    },
    async (request, reply) => {
      const input = { ...request.params, waitSeconds: request.query.wait, signal: waitSignal(reply) };
      return authorizationBody(await getAuthorization(request.ctx, input));
    },
  );
};
