import { cancelAuthorization } from '@latchkey/core/authorizations';
import type { Route } from '../../api.ts';
import { byId, orProblem } from '../schemas.ts';
import { authorizationBody, authorizationSchema } from './schemas.ts';

export const cancelAuthorizationRoute: Route = (api) => {
  api.post(
    '/v1/authorizations/:id/cancel',
    {
      schema: {
        operationId: 'cancelAuthorization',
        summary: 'Cancel an authorization that is not finished',
        tags: ['authorizations'],
        params: byId,
        response: { 200: authorizationSchema, ...orProblem },
      },
      config: { permission: 'authorization:write', audit: 'authorization.cancel', limit: 'write' },
    },
    async (request) => authorizationBody(await cancelAuthorization(request.ctx, request.params)),
  );
};
