import { resumeQueue } from '@latchkey/core/queue-control';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem } from '../schemas.ts';
import { byName, queueBody, queueSchema } from './schemas.ts';

export const resumeQueueRoute: Route = (api) => {
  api.post(
    '/v1/queues/:name/resume',
    {
      schema: {
        operationId: 'resumeQueue',
        summary: 'Let the jobs of a paused queue begin again (bootstrap admin)',
        tags: ['queues'],
        params: byName,
        response: { 200: queueSchema, ...orProblem },
      },
      config: { permission: 'queue:manage', audit: 'queue.resume', limit: 'write' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, params, server }) =>
      queueBody(await resumeQueue(ctx, { ...params, queues: server.runtime.transport.queues })),
  );
};
