import { listWorkspaces } from '@latchkey/core/workspaces';
import type { Route } from '../../api.ts';
import { requireInstanceAdmin } from '../../plugins/instance-admin.ts';
import { orProblem, pageQuery } from '../schemas.ts';
import { workspaceBody, workspaceList } from './schemas.ts';

export const listWorkspacesRoute: Route = (api) => {
  api.get(
    '/v1/workspaces',
    {
      schema: {
        operationId: 'listWorkspaces',
        summary: 'List all workspaces (bootstrap admin)',
        tags: ['workspaces'],
        querystring: pageQuery,
        response: { 200: workspaceList, ...orProblem },
      },
      config: { permission: 'workspace:manage', audit: null, limit: 'read' },
      preHandler: requireInstanceAdmin,
    },
    async ({ ctx, query }) => {
      const { items, nextCursor } = await listWorkspaces(ctx, {
        cursor: query.cursor ?? null,
        limit: query.limit,
      });
      return { items: items.map(workspaceBody), nextCursor };
    },
  );
};
