import { getAuditHead } from '@latchkey/core/audit';
import type { Route } from '../../api.ts';
import { orProblem } from '../schemas.ts';
import { headBody, headSchema } from './schemas.ts';

export const auditHeadRoute: Route = (api) => {
  api.get(
    '/v1/audit/head',
    {
      schema: {
        operationId: 'getAuditHead',
        summary: 'The end of the audit chain, to be kept elsewhere',
        description: 'A later verification with this head notices a chain that was rewritten as a whole.',
        tags: ['audit'],
        response: { 200: headSchema, ...orProblem },
      },
      config: { permission: 'audit:read', audit: null, limit: 'read' },
    },
    async ({ ctx }) => headBody(await getAuditHead(ctx)),
  );
};
