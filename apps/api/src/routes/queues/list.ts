import { listQueues } from '@latchkey/core/queue-control';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem } from '../schemas.ts';
import { queueBody, queueList } from './schemas.ts';

export const listQueuesRoute: Route = (api) => {
  api.get(
    '/v1/queues',
    {
      schema: {
        operationId: 'listQueues',
        summary: 'Count the jobs in each queue, and who works on them (bootstrap admin)',
        tags: ['queues'],
        response: { 200: queueList, ...orProblem },
      },
      config: { permission: 'queue:manage', audit: null, limit: 'read' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, server }) => {
      const { kind, queues: transport } = server.runtime.transport;
      const { queues, workersAlive } = await listQueues(ctx, { queues: transport });
      return { items: queues.map(queueBody), workersAlive, transport: kind };
    },
  );
};
