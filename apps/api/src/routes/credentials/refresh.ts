import { refreshCredential } from '@latchkey/core/credentials';
import type { Route } from '../../api.ts';
import { idempotent } from '../../plugins/idempotency.ts';
import { byId, idempotencyHeaders, orProblem } from '../schemas.ts';
import { queuedBody, queuedSchema } from './schemas.ts';

export const refreshCredentialRoute: Route = (api) => {
  api.post(
    '/v1/credentials/:id/refresh',
    {
      schema: {
        operationId: 'refreshCredential',
        summary: 'Refresh an access token now',
        tags: ['credentials'],
        params: byId,
        headers: idempotencyHeaders,
        response: { 202: queuedSchema, ...orProblem },
      },
      config: { permission: 'credential:write', audit: 'credential.refresh', limit: 'write' },
    },
    async (request, reply) =>
      idempotent(request, reply, (ctx) => refreshCredential(ctx, request.params), {
        status: 202,
        body: queuedBody,
      }),
  );
};
