import { validateCredential } from '@latchkey/core/credentials';
import type { Route } from '../../api.ts';
import { idempotent } from '../../plugins/idempotency.ts';
import { byId, idempotencyHeaders, orProblem } from '../schemas.ts';
import { queuedBody, queuedSchema } from './schemas.ts';

export const validateCredentialRoute: Route = (api) => {
  api.post(
    '/v1/credentials/:id/validate',
    {
      schema: {
        operationId: 'validateCredential',
        summary: 'Check an API key at its provider',
        tags: ['credentials'],
        params: byId,
        headers: idempotencyHeaders,
        response: { 202: queuedSchema, ...orProblem },
      },
      config: { permission: 'credential:write', audit: 'credential.validate', limit: 'key_check' },
    },
    async (request, reply) =>
      idempotent(request, reply, (ctx) => validateCredential(ctx, request.params), {
        status: 202,
        body: queuedBody,
      }),
  );
};
