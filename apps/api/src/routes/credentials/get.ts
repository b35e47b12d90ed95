import { getCredential, lastUseOf } from '@latchkey/core/credentials';
import type { Route } from '../../api.ts';
import { byId, orProblem } from '../schemas.ts';
import { credentialInFullBody, credentialInFullSchema } from './schemas.ts';

export const getCredentialRoute: Route = (api) => {
  api.get(
    '/v1/credentials/:id',
    {
      schema: {
        operationId: 'getCredential',
        summary: 'Read a credential',
        tags: ['credentials'],
        params: byId,
        response: { 200: credentialInFullSchema, ...orProblem },
      },
      config: { permission: 'credential:read', audit: null, limit: 'read' },
    },
    async ({ ctx, params }) => {
      const credential = await getCredential(ctx, params);
      return credentialInFullBody(credential, await lastUseOf(ctx, credential), ctx.actor);
    },
  );
};
