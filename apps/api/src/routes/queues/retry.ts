import { retryFailed } from '@latchkey/core/queue-control';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem } from '../schemas.ts';
import { byName, retriedBody, retriedSchema } from './schemas.ts';

export const retryFailedRoute: Route = (api) => {
  api.post(
    '/v1/queues/:name/retry',
    {
      schema: {
        operationId: 'retryFailed',
        summary: 'Queue again what failed in a queue and may succeed (bootstrap admin)',
        tags: ['queues'],
        params: byName,
        response: { 200: retriedSchema, ...orProblem },
      },
      config: { permission: 'queue:manage', audit: 'queue.retry', limit: 'write' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, params }) => retriedBody(await retryFailed(ctx, params)),
  );
};
