import { retireRootKey } from '@latchkey/core/root-keys';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem } from '../schemas.ts';
import { byKeyId, rootKeyBody, rootKeySchema } from './schemas.ts';

export const retireRootKeyRoute: Route = (api) => {
  api.post(
    '/v1/root-keys/:id/retire',
    {
      schema: {
        operationId: 'retireRootKey',
        summary: 'End a root key for good, once it wraps nothing (bootstrap admin)',
        tags: ['keys'],
        params: byKeyId,
        response: { 200: rootKeySchema, ...orProblem },
      },
      config: { permission: 'key:manage', audit: 'root_key.retire', limit: 'write' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, params }) => rootKeyBody(await retireRootKey(ctx, params)),
  );
};
