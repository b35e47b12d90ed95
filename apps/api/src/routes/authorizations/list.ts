import { listAuthorizations } from '@latchkey/core/authorizations';
import type { Route } from '../../api.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { orProblem } from '../schemas.ts';
import { authorizationBody, authorizationList, authorizationQuery } from './schemas.ts';

export const listAuthorizationsRoute: Route = (api) => {
  api.get(
    '/v1/authorizations',
    {
      schema: {
        operationId: 'listAuthorizations',
        summary: 'List authorizations, newest first, or wait for the list to change',
        tags: ['authorizations'],
        querystring: authorizationQuery,
        response: { 200: authorizationList, ...orProblem },
      },
      config: { permission: 'authorization:read', audit: null, limit: 'read' },
    },
    async (request, reply) => {
      const { cursor = null, wait, ...query } = request.query;
      const input = { ...query, cursor, waitSeconds: wait, signal: waitSignal(reply) };
      const { items, nextCursor } = await listAuthorizations(request.ctx, input);
      return { items: items.map(authorizationBody), nextCursor };
    },
  );
};
