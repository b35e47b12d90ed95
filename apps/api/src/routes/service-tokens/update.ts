import { updateServiceToken } from '@latchkey/core/service-tokens';
import type { Route } from '../../api.ts';
import { byId, orProblem } from '../schemas.ts';
import { serviceTokenBody, serviceTokenSchema, updateBody } from './schemas.ts';

export const updateServiceTokenRoute: Route = (api) => {
  api.patch(
    '/v1/service-tokens/:id',
    {
      schema: {
        operationId: 'updateServiceToken',
        summary: 'Rename a service token, change its end or where it may come from',
        tags: ['service-tokens'],
        params: byId,
        body: updateBody,
        response: { 200: serviceTokenSchema, ...orProblem },
      },
      config: { permission: 'service_token:manage', audit: 'service_token.update', limit: 'write' },
    },
    async ({ ctx, params, body }) => {
      const { expiresAt, ...rest } = body;
      const ends = typeof expiresAt === 'string' ? new Date(expiresAt) : expiresAt;
      const token = await updateServiceToken(ctx, { ...params, ...rest, expiresAt: ends });
      api.authentication.forgetTokens();
      return serviceTokenBody(token);
    },
  );
};
