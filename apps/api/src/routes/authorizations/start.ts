import { startAuthorization } from '@latchkey/core/authorizations';
import type { Route } from '../../api.ts';
import { idempotent } from '../../plugins/idempotency.ts';
import { idempotencyHeaders, orProblem } from '../schemas.ts';
import { startBody, startedBody, startedSchema } from './schemas.ts';

export const startAuthorizationRoute: Route = (api) => {
  api.post(
    '/v1/authorizations',
    {
      schema: {
        operationId: 'startAuthorization',
        summary: 'Start to connect an account by OAuth',
        description:
          'Open `authorizationUrl` in the browser of the person who connects, then follow the status.',
        tags: ['authorizations'],
        headers: idempotencyHeaders,
        body: startBody,
        response: { 201: startedSchema, ...orProblem },
      },
      config: {
        permission: 'authorization:write',
        audit: 'authorization.start',
        limit: 'authorization_start',
      },
    },
    async (request, reply) =>
      idempotent(request, reply, (ctx) => startAuthorization(ctx, request.body), {
        status: 201,
        body: startedBody,
      }),
  );
};
