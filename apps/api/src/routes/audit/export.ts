import { Readable } from 'node:stream';
import { exportAudit } from '@latchkey/core/audit';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { afterQuery, orProblem } from '../schemas.ts';
import { timeRange } from './schemas.ts';

export const exportAuditRoute: Route = (api) => {
  api.get(
    '/v1/audit/export',
    {
      schema: {
        operationId: 'exportAudit',
        summary: 'Read the audit trail as JSON Lines, with all that its hashes cover',
        description:
          'One entry a line. `from` and `to` choose the first and the last; between them none is left out. The last line is `{"head":{"sequence","hash"},"entries"}`, with the last of the entries: without it the export was cut.',
        tags: ['audit'],
        querystring: z.object({ after: afterQuery.shape.after, ...timeRange }),
        response: {
          200: { description: 'Entries', content: { 'application/jsonl': { schema: z.any() } } },
          ...orProblem,
        },
      },
      config: { permission: 'audit:manage', audit: null, limit: 'read' },
      exposeHeadRoute: false,
    },
    async ({ ctx, query }, reply) => {
      const { after = null, from = null, to = null } = query;
      const chunks = exportAudit(ctx, { after, from, to, signal: waitSignal(reply) });
      return reply
        .type('application/jsonl; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit.jsonl"')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(chunks, { objectMode: true, highWaterMark: 1 }));
    },
  );
};
