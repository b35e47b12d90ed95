import { createServiceToken } from '@latchkey/core/service-tokens';
import type { Route } from '../../api.ts';
import { idempotent } from '../../plugins/idempotency.ts';
import { idempotencyHeaders, orProblem } from '../schemas.ts';
import { createBody, createdBody, createdSchema } from './schemas.ts';

export const createServiceTokenRoute: Route = (api) => {
  api.post(
    '/v1/service-tokens',
    {
      schema: {
        operationId: 'createServiceToken',
        summary: 'Make a token for a program',
        tags: ['service-tokens'],
        headers: idempotencyHeaders,
        body: createBody,
        response: { 201: createdSchema, ...orProblem },
      },
      config: { permission: 'service_token:manage', audit: 'service_token.create', limit: 'write' },
    },
    async (request, reply) => {
      const { expiresAt, allowedAddresses = null, ...rest } = request.body;
      const input = { ...rest, allowedAddresses, expiresAt: expiresAt ? new Date(expiresAt) : null };
      return idempotent(request, reply, (ctx) => createServiceToken(ctx, input), {
        status: 201,
        body: createdBody,
      });
    },
  );
};
