import { getCredential } from '@latchkey/core/credentials';
import type { Route } from '../../api.ts';
import { byId, orProblem } from '../schemas.ts';
import { credentialBody, credentialSchema } from './schemas.ts';

export const getCredentialRoute: Route = (api) => {
  api.get(
    '/v1/credentials/:id',
    {
      schema: {
        operationId: 'getCredential',
        summary: 'Read a credential',
        tags: ['credentials'],
        params: byId,
        response: { 200: credentialSchema, ...orProblem },
      },
      config: { permission: 'credential:read', audit: null, limit: 'read' },
    },
    async (request) => credentialBody(await getCredential(request.ctx, request.params)),
  );
};
