import { cancelKeyJob } from '@latchkey/core/key-jobs';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { byId, orProblem } from '../schemas.ts';
import { keyJobBody, keyJobSchema } from './schemas.ts';

export const cancelKeyJobRoute: Route = (api) => {
  api.post(
    '/v1/key-jobs/:id/cancel',
    {
      schema: {
        operationId: 'cancelKeyJob',
        summary: 'End a key job before its time; what it has done stays (bootstrap admin)',
        tags: ['keys'],
        params: byId,
        response: { 200: keyJobSchema, ...orProblem },
      },
      config: { permission: 'key:manage', audit: 'key_job.cancel', limit: 'write' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, params }) => keyJobBody(await cancelKeyJob(ctx, params)),
  );
};
