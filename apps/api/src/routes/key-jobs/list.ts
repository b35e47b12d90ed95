import { listKeyJobs } from '@latchkey/core/key-jobs';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem, pageQuery } from '../schemas.ts';
import { keyJobBody, keyJobList } from './schemas.ts';

export const listKeyJobsRoute: Route = (api) => {
  api.get(
    '/v1/key-jobs',
    {
      schema: {
        operationId: 'listKeyJobs',
        summary: 'List key jobs, newest first (bootstrap admin)',
        tags: ['keys'],
        querystring: pageQuery,
        response: { 200: keyJobList, ...orProblem },
      },
      config: { permission: 'key:manage', audit: null, limit: 'read' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, query }) => {
      const { items, nextCursor } = await listKeyJobs(ctx, {
        cursor: query.cursor ?? null,
        limit: query.limit,
      });
      return { items: items.map(keyJobBody), nextCursor };
    },
  );
};
