import { promoteRootKey } from '@latchkey/core/root-keys';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem } from '../schemas.ts';
import { byKeyId, rootKeyBody, rootKeySchema } from './schemas.ts';

export const promoteRootKeyRoute: Route = (api) => {
  api.post(
    '/v1/root-keys/:id/promote',
    {
      schema: {
        operationId: 'promoteRootKey',
        summary: 'Let a root key wrap new data keys, once every process can use it (bootstrap admin)',
        tags: ['keys'],
        params: byKeyId,
        response: { 200: rootKeySchema, ...orProblem },
      },
      config: { permission: 'key:manage', audit: 'root_key.promote', limit: 'write' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, params }) => rootKeyBody(await promoteRootKey(ctx, params)),
  );
};
