import { z } from 'zod';
import type { Route } from '../../api.ts';

const check = z.enum(['ok', 'failing']);
const readiness = z.object({
  status: z.enum(['ready', 'degraded', 'not_ready', 'stopping']),
  checks: z.object({ database: check, transport: check }),
});

export const readyRoute: Route = (api) => {
  api.get(
    '/readyz',
    {
      schema: {
        operationId: 'readyz',
        summary:
          'Whether it should be sent requests: PostgreSQL answers; `degraded` without the transport of jobs and events',
        tags: ['operations'],
        response: { 200: readiness, 503: readiness },
      },
      config: { permission: 'public', audit: null, limit: 'health' },
    },
    async (_request, reply) => {
      const state = await api.readiness.check();
      return reply.code(state.status === 'ready' || state.status === 'degraded' ? 200 : 503).send(state);
    },
  );
};
