import { revokeServiceToken } from '@latchkey/core/service-tokens';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { byId, orProblem } from '../schemas.ts';

export const revokeServiceTokenRoute: Route = (api) => {
  api.delete(
    '/v1/service-tokens/:id',
    {
      schema: {
        operationId: 'revokeServiceToken',
        summary: 'End a service token',
        tags: ['service-tokens'],
        params: byId,
        response: { 204: z.void().describe('It is over.'), ...orProblem },
      },
      config: { permission: 'service_token:manage', audit: 'service_token.revoke', limit: 'write' },
    },
    async ({ ctx, params }, reply) => {
      await revokeServiceToken(ctx, params);
      api.authentication.forgetTokens();
      return reply.code(204).send();
    },
  );
};
