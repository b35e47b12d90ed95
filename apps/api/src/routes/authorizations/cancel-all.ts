import { cancelAuthorizations } from '@latchkey/core/authorizations';
import type { Route } from '../../api.ts';
import { orProblem } from '../schemas.ts';
import { cancelAllBody, cancelledAllBody, cancelledAllSchema } from './schemas.ts';

export const cancelAuthorizationsRoute: Route = (api) => {
  api.post(
    '/v1/authorizations/cancel',
    {
      schema: {
        operationId: 'cancelAuthorizations',
        summary: 'Cancel all authorizations that match and have not begun to run',
        description:
          'Revocations are not cancelled, nor what is private to somebody else. Repeating it changes nothing.',
        tags: ['authorizations'],
        body: cancelAllBody,
        response: { 200: cancelledAllSchema, ...orProblem },
      },
      config: { permission: 'authorization:write', audit: 'authorization.cancel', limit: 'write' },
    },
    async (request) => cancelledAllBody(await cancelAuthorizations(request.ctx, request.body)),
  );
};
