import { updateCredential } from '@latchkey/core/credentials';
import type { Route } from '../../api.ts';
import { authorizationBody } from '../authorizations/schemas.ts';
import { byId, orProblem } from '../schemas.ts';
import { credentialAndAuthorization, credentialBody, credentialSchema, updateBody } from './schemas.ts';

export const updateCredentialRoute: Route = (api) => {
  api.patch(
    '/v1/credentials/:id',
    {
      schema: {
        operationId: 'updateCredential',
        summary: 'Rename, make default, change who sees it, or replace the key',
        description: 'New key fields are validated: the answer is then 202 with the authorization to follow.',
        tags: ['credentials'],
        params: byId,
        body: updateBody,
        response: { 200: credentialSchema, 202: credentialAndAuthorization, ...orProblem },
      },
      config: { permission: 'credential:write', audit: 'credential.update', limit: 'write' },
      preHandler: async (request, reply) => {
        if (request.body.fields !== undefined) await api.rateLimits.admitAs('key_check', request, reply);
      },
    },
    async (request, reply) => {
      const input = { ...request.params, ...request.body };
      const { credential, authorization } = await updateCredential(request.ctx, input);
      const body = credentialBody(credential, request.ctx.actor);
      if (authorization === null) return reply.code(200).send(body);
      return reply.code(202).send({ credential: body, authorization: authorizationBody(authorization) });
    },
  );
};
