import { openOverviews } from '@latchkey/core/overview';
import type { Route } from '../../api.ts';
import { orProblem } from '../schemas.ts';
import { overviewBody, overviewQuery, overviewSchema } from './schemas.ts';

export const getOverviewRoute: Route = (api) => {
  const getOverview = openOverviews();
  api.get(
    '/v1/overview',
    {
      schema: {
        operationId: 'getOverview',
        summary: 'Say how the workspace does: refreshes, leases, work, and who must act',
        tags: ['overview'],
        querystring: overviewQuery,
        response: { 200: overviewSchema, ...orProblem },
      },
      config: { permission: 'credential:read', audit: null, limit: 'read' },
    },
    async ({ ctx, query }) => overviewBody(await getOverview(ctx, query)),
  );
};
