import { createWorkspace } from '@latchkey/core/workspaces';
import type { Route } from '../../api.ts';
import { idempotent } from '../../plugins/idempotency.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { idempotencyHeaders, orProblem } from '../schemas.ts';
import { createBody, workspaceBody, workspaceSchema } from './schemas.ts';

export const createWorkspaceRoute: Route = (api) => {
  api.post(
    '/v1/workspaces',
    {
      schema: {
        operationId: 'createWorkspace',
        summary: 'Make a workspace (bootstrap admin)',
        tags: ['workspaces'],
        headers: idempotencyHeaders,
        body: createBody,
        response: { 201: workspaceSchema, ...orProblem },
      },
      config: { permission: 'workspace:manage', audit: 'workspace.create', limit: 'write' },
      preHandler: requireInstanceAdmin,
    },
    async (request, reply) =>
      idempotent(request, reply, (ctx) => createWorkspace(ctx, request.body), {
        status: 201,
        body: workspaceBody,
      }),
  );
};
