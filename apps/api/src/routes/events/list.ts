import { listEvents } from '@latchkey/core/events';
import type { Route } from '../../api.ts';
import { listOf, orProblem } from '../schemas.ts';
import { eventQuery, eventSchema } from './schemas.ts';

export const listEventsRoute: Route = (api) => {
  api.get(
    '/v1/events',
    {
      schema: {
        operationId: 'listEvents',
        summary: 'Read events in order',
        tags: ['events'],
        querystring: eventQuery,
        response: { 200: listOf(eventSchema), ...orProblem },
      },
      config: { permission: 'event:read', audit: null, limit: 'read' },
    },
    async ({ ctx, query }) => {
      const { after = null, type = null, subject = null, from, to, order, limit } = query;
      const newestFirst = order === 'desc';
      return listEvents(ctx, { after, type, subject, from, to, newestFirst, limit });
    },
  );
};
