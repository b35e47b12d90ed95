import { createCredential } from '@latchkey/core/credentials';
import type { Route } from '../../api.ts';
import { idempotent } from '../../plugins/idempotency.ts';
import { authorizationBody } from '../authorizations/schemas.ts';
import { idempotencyHeaders, orProblem } from '../schemas.ts';
import { createBody, credentialAndAuthorization, credentialBody } from './schemas.ts';

export const createCredentialRoute: Route = (api) => {
  api.post(
    '/v1/credentials',
    {
      schema: {
        operationId: 'createCredential',
        summary: 'Add an API key',
        description:
          'Stores the key, sealed, and queues its validation. Follow the authorization for the outcome.',
        tags: ['credentials'],
        headers: idempotencyHeaders,
        body: createBody,
        response: { 202: credentialAndAuthorization, ...orProblem },
      },
      config: { permission: 'credential:write', audit: 'credential.create', limit: 'key_check' },
    },
    async (request, reply) =>
      idempotent(request, reply, (ctx) => createCredential(ctx, request.body), {
        status: 202,
        body: ({ credential, authorization }) => ({
          credential: credentialBody(credential, request.ctx.actor),
          authorization: authorizationBody(authorization),
        }),
      }),
  );
};
