import { deleteCredential } from '@latchkey/core/credentials';
import type { Route } from '../../api.ts';
import { byId, orProblem } from '../schemas.ts';
import { deleteBody, deleteQuery, queuedBody, queuedSchema } from './schemas.ts';

export const deleteCredentialRoute: Route = (api) => {
  api.delete(
    '/v1/credentials/:id',
    {
      schema: {
        operationId: 'deleteCredential',
        summary: 'Revoke a credential at its provider and erase it',
        tags: ['credentials'],
        params: byId,
        querystring: deleteQuery,
        body: deleteBody,
        response: { 202: queuedSchema, ...orProblem },
      },
      config: { permission: 'credential:write', audit: 'credential.delete', limit: 'write' },
    },
    async (request, reply) => {
      const force = request.query.force ?? request.body?.force ?? false;
      return reply
        .code(202)
        .send(queuedBody(await deleteCredential(request.ctx, { ...request.params, force })));
    },
  );
};
