import { listServiceTokens } from '@latchkey/core/service-tokens';
import type { Route } from '../../api.ts';
import { orProblem, pageQuery } from '../schemas.ts';
import { serviceTokenBody, serviceTokenList } from './schemas.ts';

export const listServiceTokensRoute: Route = (api) => {
  api.get(
    '/v1/service-tokens',
    {
      schema: {
        operationId: 'listServiceTokens',
        summary: 'List service tokens, never their values',
        tags: ['service-tokens'],
        querystring: pageQuery,
        response: { 200: serviceTokenList, ...orProblem },
      },
      config: { permission: 'service_token:manage', audit: null, limit: 'read' },
    },
    async ({ ctx, query }) => {
      const { items, nextCursor } = await listServiceTokens(ctx, {
        cursor: query.cursor ?? null,
        limit: query.limit,
      });
      return { items: items.map(serviceTokenBody), nextCursor };
    },
  );
};
