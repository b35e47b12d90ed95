import { listRootKeys } from '@latchkey/core/root-keys';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem } from '../schemas.ts';
import { rootKeyList, rootKeyListBody } from './schemas.ts';

export const listRootKeysRoute: Route = (api) => {
  api.get(
    '/v1/root-keys',
    {
      schema: {
        operationId: 'listRootKeys',
        summary: 'List root keys, who can use them, and what they still wrap (bootstrap admin)',
        tags: ['keys'],
        response: { 200: rootKeyList, ...orProblem },
      },
      config: { permission: 'key:manage', audit: null, limit: 'read' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx }) => rootKeyListBody(await listRootKeys(ctx)),
  );
};
