import { listAuthorizations } from '@latchkey/core/authorizations';
import type { Route } from '../../api.ts';
import { orProblem } from '../schemas.ts';
import { authorizationBody, authorizationList, authorizationQuery } from './schemas.ts';

export const listAuthorizationsRoute: Route = (api) => {
  api.get(
    '/v1/authorizations',
    {
      schema: {
        operationId: 'listAuthorizations',
        summary: 'List authorizations, newest first',
        tags: ['authorizations'],
        querystring: authorizationQuery,
        response: { 200: authorizationList, ...orProblem },
      },
      config: { permission: 'authorization:read', audit: null },
    },
    async (request) => {
      const { cursor = null, ...query } = request.query;
      const { items, nextCursor } = await listAuthorizations(request.ctx, { ...query, cursor });
      return { items: items.map(authorizationBody), nextCursor };
    },
  );
};
