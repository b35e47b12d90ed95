import { listCredentials } from '@latchkey/core/credentials';
import type { Route } from '../../api.ts';
import { orProblem } from '../schemas.ts';
import { credentialBody, credentialList, credentialQuery } from './schemas.ts';

export const listCredentialsRoute: Route = (api) => {
  api.get(
    '/v1/credentials',
    {
      schema: {
        operationId: 'listCredentials',
        summary: 'List credentials, oldest first unless sorted otherwise',
        tags: ['credentials'],
        querystring: credentialQuery,
        response: { 200: credentialList, ...orProblem },
      },
      config: { permission: 'credential:read', audit: null, limit: 'read' },
    },
    async (request) => {
      const { cursor = null, ...query } = request.query;
      const { items, nextCursor } = await listCredentials(request.ctx, { ...query, cursor });
      return { items: items.map((row) => credentialBody(row, request.ctx.actor)), nextCursor };
    },
  );
};
