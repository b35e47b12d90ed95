import { auditActions, listAudit } from '@latchkey/core/audit';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { afterQuery, line, listOf, order, orProblem, timeRange } from '../schemas.ts';
import { entryBody, entrySchema } from './schemas.ts';

export const listAuditRoute: Route = (api) => {
  api.get(
    '/v1/audit',
    {
      schema: {
        operationId: 'listAudit',
        summary: 'Read the audit trail in order, with its hash chain',
        tags: ['audit'],
        querystring: afterQuery.extend({
          subject: line.max(300).optional().describe('The id of what it was done to.'),
          actor: line.max(300).optional().describe('The id of who did it.'),
          action: z.enum(auditActions).optional().describe('What was done.'),
          outcome: z.enum(['success', 'refused']).optional(),
          ...timeRange,
          order,
        }),
        response: { 200: listOf(entrySchema), ...orProblem },
      },
      config: { permission: 'audit:read', audit: null, limit: 'read' },
    },
    async ({ ctx, query }) => {
      const { after = null, subject = null, actor = null, action, outcome, from, to, limit } = query;
      const newestFirst = query.order === 'desc';
      const filter = { after, subject, actor, action, outcome, from, to, newestFirst, limit };
      const { items, nextCursor } = await listAudit(ctx, filter);
      return { items: items.map(entryBody), nextCursor };
    },
  );
};
