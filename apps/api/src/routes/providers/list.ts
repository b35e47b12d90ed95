import type { Route } from '../../api.ts';
import { listOf, orProblem } from '../schemas.ts';
import { providerBody, providerSchema } from './schemas.ts';

export const listProvidersRoute: Route = (api) => {
  api.get(
    '/v1/providers',
    {
      schema: {
        operationId: 'listProviders',
        summary: 'List all providers with their ways to connect',
        tags: ['providers'],
        response: { 200: listOf(providerSchema), ...orProblem },
      },
      config: { permission: 'provider:read', audit: null, limit: 'read' },
    },
    async ({ ctx }) => {
      const providers = ctx.catalogue.list();
      return {
        items: await Promise.all(providers.map((provider) => providerBody(ctx, provider))),
        nextCursor: null,
      };
    },
  );
};
