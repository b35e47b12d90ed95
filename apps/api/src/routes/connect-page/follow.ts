import { followAttempt } from '@latchkey/core/connect-sessions';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { authorizationBody, authorizationSchema } from '../authorizations/schemas.ts';
import { byId, orProblem, waitSeconds } from '../schemas.ts';

export const followAttemptRoute: Route = (api) => {
  api.get(
    '/v1/connect-session/authorizations/:id',
    {
      schema: {
        operationId: 'followAuthorizationOnConnectPage',
        summary: 'Read an authorization of the connect page, or wait for it to change',
        tags: ['connect-sessions'],
        params: byId,
        querystring: z.object({ wait: waitSeconds }),
        response: { 200: authorizationSchema, ...orProblem },
      },
      config: { permission: 'connect_session', audit: null, limit: 'read' },
    },
    async ({ ctx, params, query }, reply) =>
      authorizationBody(
        await followAttempt(ctx, { ...params, waitSeconds: query.wait, signal: waitSignal(reply) }),
      ),
  );
};
