import type { Route } from '../../api.ts';

export const metricsRoute: Route = (api) => {
  api.get(
    '/metrics',
    {
      schema: {
        operationId: 'metrics',
        summary: 'Prometheus metrics of this process',
        tags: ['operations'],
        produces: ['text/plain'],
      },
      config: { permission: 'metrics:read', audit: null },
    },
    async (_request, reply) => reply.type(api.metrics.contentType).send(await api.metrics.metrics()),
  );
};
