import { listTimeline } from '@latchkey/core/timeline';
import type { Route } from '../../api.ts';
import { byId, orProblem } from '../schemas.ts';
import { itemBody, timelineList, timelineQuery, typesOf } from './timeline-schemas.ts';

export const listTimelineRoute: Route = (api) => {
  api.get(
    '/v1/credentials/:id/timeline',
    {
      schema: {
        operationId: 'listTimeline',
        summary: 'Read what happened to a credential, newest first',
        description:
          'Authorizations with their attempts, events and audit entries in one order, newest first. `after` goes on to older ones; what happens meanwhile moves no page. Audit entries are there about a second after they were written, and only for roles that may read the audit.',
        tags: ['credentials'],
        params: byId,
        querystring: timelineQuery,
        response: { 200: timelineList, ...orProblem },
      },
      config: { permission: 'credential:read', audit: null, limit: 'read' },
    },
    async ({ ctx, params, query }) => {
      const { after = null, types, limit } = query;
      const input = { credentialId: params.id, after, types: typesOf(types), limit };
      const { items, nextCursor } = await listTimeline(ctx, input);
      return { items: items.map(itemBody), nextCursor };
    },
  );
};
