import { listJobs } from '@latchkey/core/queue-control';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem } from '../schemas.ts';
import { byName, jobBody, jobList, jobQuery } from './schemas.ts';

export const listJobsRoute: Route = (api) => {
  api.get(
    '/v1/queues/:name/jobs',
    {
      schema: {
        operationId: 'listJobs',
        summary: 'List the jobs of a queue in one state, newest first (bootstrap admin)',
        tags: ['queues'],
        params: byName,
        querystring: jobQuery,
        response: { 200: jobList, ...orProblem },
      },
      config: { permission: 'queue:manage', audit: null, limit: 'read' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, params, query }) => {
      const { state, cursor = null, limit } = query;
      const { items, nextCursor } = await listJobs(ctx, { ...params, state, cursor, limit });
      return { items: items.map((job) => jobBody(job, state)), nextCursor };
    },
  );
};
