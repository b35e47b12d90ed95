import { listSessions } from '@latchkey/core/sessions';
import type { Route } from '../../api.ts';
import { orProblem, pageQuery } from '../schemas.ts';
import { signedInBody, signedInList } from './schemas.ts';

export const listSessionsRoute: Route = (api) => {
  api.get(
    '/v1/sessions',
    {
      schema: {
        operationId: 'listSessions',
        summary:
          'List who is signed in to the console: oneself, or everybody for administrators of the instance',
        tags: ['sessions'],
        querystring: pageQuery,
        response: { 200: signedInList, ...orProblem },
      },
      config: { permission: 'session:manage', audit: null, limit: 'read' },
    },
    async ({ ctx, query }) => {
      const { cursor = null, limit } = query;
      const { sessionIdleMinutes: idleMinutes } = api.apiSettings;
      const { items, nextCursor } = await listSessions(ctx, { idleMinutes, cursor, limit });
      return { items: items.map(signedInBody), nextCursor };
    },
  );
};
