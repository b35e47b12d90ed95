import { rotateServiceToken } from '@latchkey/core/service-tokens';
import type { Route } from '../../api.ts';
import { idempotent } from '../../plugins/idempotency.ts';
import { byId, idempotencyHeaders, orProblem } from '../schemas.ts';
import { createdBody, createdSchema, rotateBody } from './schemas.ts';

export const rotateServiceTokenRoute: Route = (api) => {
  api.post(
    '/v1/service-tokens/:id/rotate',
    {
      schema: {
        operationId: 'rotateServiceToken',
        summary: 'Give a service token a new value; the old one works on for a while',
        tags: ['service-tokens'],
        params: byId,
        headers: idempotencyHeaders,
        body: rotateBody,
        response: { 201: createdSchema, ...orProblem },
      },
      config: { permission: 'service_token:manage', audit: 'service_token.rotate', limit: 'write' },
    },
    async (request, reply) => {
      const input = { ...request.params, ...request.body };
      const answer = { status: 201, body: createdBody };
      const body = await idempotent(request, reply, (ctx) => rotateServiceToken(ctx, input), answer);
      api.authentication.forgetTokens();
      return body;
    },
  );
};
