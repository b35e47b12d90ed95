import { getKeyJob } from '@latchkey/core/key-jobs';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { byId, orProblem } from '../schemas.ts';
import { keyJobBody, keyJobSchema } from './schemas.ts';

export const getKeyJobRoute: Route = (api) => {
  api.get(
    '/v1/key-jobs/:id',
    {
      schema: {
        operationId: 'getKeyJob',
        summary: 'Read a key job and its progress (bootstrap admin)',
        tags: ['keys'],
        params: byId,
        response: { 200: keyJobSchema, ...orProblem },
      },
      config: { permission: 'key:manage', audit: null, limit: 'read' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, params }) => keyJobBody(await getKeyJob(ctx, params)),
  );
};
