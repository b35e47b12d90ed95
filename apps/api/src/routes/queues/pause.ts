import { pauseQueue } from '@latchkey/core/queue-control';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem } from '../schemas.ts';
import { byName, queueBody, queueSchema } from './schemas.ts';

export const pauseQueueRoute: Route = (api) => {
  api.post(
    '/v1/queues/:name/pause',
    {
      schema: {
        operationId: 'pauseQueue',
        summary: 'Let no job of a queue begin; what runs goes on (bootstrap admin)',
        tags: ['queues'],
        params: byName,
        response: { 200: queueSchema, ...orProblem },
      },
      config: { permission: 'queue:manage', audit: 'queue.pause', limit: 'write' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, params, server }) =>
      queueBody(await pauseQueue(ctx, { ...params, queues: server.runtime.transport.queues })),
  );
};
