import { listAttempts } from '@latchkey/core/refresh';
import type { Route } from '../../api.ts';
import { byId, orProblem, pageQuery } from '../schemas.ts';
import { attemptBody, attemptList } from './attempt-schemas.ts';

export const listAttemptsRoute: Route = (api) => {
  api.get(
    '/v1/credentials/:id/attempts',
    {
      schema: {
        operationId: 'listAttempts',
        summary: 'List the presentations of a credential’s refresh tokens, newest first',
        tags: ['credentials'],
        params: byId,
        querystring: pageQuery,
        response: { 200: attemptList, ...orProblem },
      },
      config: { permission: 'credential:read', audit: null, limit: 'read' },
    },
    async ({ ctx, params, query }) => {
      const { cursor = null, limit } = query;
      const { items, nextCursor } = await listAttempts(ctx, { credentialId: params.id, cursor, limit });
      return { items: items.map(attemptBody), nextCursor };
    },
  );
};
