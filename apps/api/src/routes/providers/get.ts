import { requireProvider } from '@latchkey/core/providers';
import type { Route } from '../../api.ts';
import { orProblem } from '../schemas.ts';
import { byProvider, providerBody, providerSchema } from './schemas.ts';

export const getProviderRoute: Route = (api) => {
  api.get(
    '/v1/providers/:provider',
    {
      schema: {
        operationId: 'getProvider',
        summary: 'Read a provider',
        tags: ['providers'],
        params: byProvider,
        response: { 200: providerSchema, ...orProblem },
      },
      config: { permission: 'provider:read', audit: null, limit: 'read' },
    },
    async ({ ctx, params }) => providerBody(ctx, requireProvider(ctx.catalogue, params.provider)),
  );
};
