import { cancelAttempt } from '@latchkey/core/connect-sessions';
import type { Route } from '../../api.ts';
import { authorizationBody, authorizationSchema } from '../authorizations/schemas.ts';
import { byId, orProblem } from '../schemas.ts';

export const cancelAttemptRoute: Route = (api) => {
  api.post(
    '/v1/connect-session/authorizations/:id/cancel',
    {
      schema: {
        operationId: 'cancelAuthorizationOnConnectPage',
        summary: 'Cancel an authorization of the connect page',
        tags: ['connect-sessions'],
        params: byId,
        response: { 200: authorizationSchema, ...orProblem },
      },
      config: { permission: 'connect_session', audit: 'authorization.cancel', limit: 'write' },
    },
    async ({ ctx, params }) => authorizationBody(await cancelAttempt(ctx, params)),
  );
};
