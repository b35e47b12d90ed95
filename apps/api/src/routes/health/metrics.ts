import { z } from 'zod';
import type { Route } from '../../api.ts';
import { orProblem } from '../schemas.ts';

export const metricsRoute: Route = (api) => {
  api.get(
    '/metrics',
    {
      schema: {
        operationId: 'metrics',
        summary: 'Prometheus metrics of this process',
        tags: ['operations'],
        response: {
          200: { description: 'Prometheus text', content: { 'text/plain': { schema: z.string() } } },
          ...orProblem,
        },
      },
      config: { permission: 'metrics:read', audit: null, limit: 'read' },
    },
    async (_request, reply) => reply.type(api.metrics.contentType).send(await api.metrics.metrics()),
  );
};
