import { startKeyJob } from '@latchkey/core/key-jobs';
import type { Route } from '../../api.ts';
import { idempotent } from '../../plugins/idempotency.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { idempotencyHeaders, orProblem } from '../schemas.ts';
import { keyJobBody, keyJobSchema, startBody } from './schemas.ts';

export const startKeyJobRoute: Route = (api) => {
  api.post(
    '/v1/key-jobs',
    {
      schema: {
        operationId: 'startKeyJob',
        summary: 'Wrap all data keys, or encrypt all records, anew (bootstrap admin)',
        tags: ['keys'],
        headers: idempotencyHeaders,
        body: startBody,
        response: { 202: keyJobSchema, ...orProblem },
      },
      config: { permission: 'key:manage', audit: 'key_job.start', limit: 'write' },
      preHandler: requireInstanceAdmin,
    },
    async (request, reply) =>
      idempotent(request, reply, (ctx) => startKeyJob(ctx, request.body), {
        status: 202,
        body: keyJobBody,
      }),
  );
};
