import { Readable } from 'node:stream';
import { exportAudit } from '@latchkey/core/audit';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { afterQuery, identifier, orProblem, timeRange } from '../schemas.ts';
import { asCsv } from './as-csv.ts';

export const exportAuditRoute: Route = (api) => {
  api.get(
    '/v1/audit/export',
    {
      schema: {
        operationId: 'exportAudit',
        summary: 'Read the audit trail as JSON Lines, with all that its hashes cover, or as a table',
        description:
          'One entry a line. `from` and `to` choose the first and the last; between them none is left out. The last line is `{"head":{"sequence","hash"},"entries"}`, with the last of the entries: without it the export was cut. `format=csv` is for spreadsheets: it can be read, but not verified.',
        tags: ['audit'],
        querystring: z.object({
          after: afterQuery.shape.after,
          format: z.enum(['jsonl', 'csv']).default('jsonl'),
          workspace: identifier
            .optional()
            .describe('As `X-Workspace`, for browsers, whose downloads send no headers of their own.'),
          ...timeRange,
        }),
        response: {
          200: {
            description: 'Entries',
            content: {
              'application/jsonl': { schema: z.any() },
              'text/csv': { schema: z.any() },
            },
          },
          ...orProblem,
        },
      },
      config: { permission: 'audit:manage', audit: null, limit: 'read', workspaceInQuery: true },
      exposeHeadRoute: false,
    },
    async ({ ctx, query }, reply) => {
      const { after = null, from = null, to = null, format } = query;
      const lines = exportAudit(ctx, { after, from, to, signal: waitSignal(reply) });
      const isCsv = format === 'csv';
      return reply
        .type(isCsv ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
        .header('content-disposition', `attachment; filename="audit.${format}"`)
        .header('x-accel-buffering', 'no')
        .send(Readable.from(isCsv ? asCsv(lines) : lines, { objectMode: true, highWaterMark: 1 }));
    },
  );
};
