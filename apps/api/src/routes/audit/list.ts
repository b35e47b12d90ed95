import { listAudit, type AuditEntryView } from '@latchkey/core/audit';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { afterQuery, line, listOf, orProblem, time, toTime } from '../schemas.ts';

const entrySchema = z
  .object({
    sequence: z.string(),
    id: z.string(),
    at: time,
    actor: z.object({ type: z.string(), id: z.string(), name: z.string() }),
    action: z.string(),
    subject: z.string(),
    outcome: z.enum(['success', 'refused']),
    requestId: z.string().nullable(),
    clientAddress: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    previousHash: z.string(),
    hash: z.string().describe('SHA-256 over this entry and the hash before it.'),
  })
  .meta({ id: 'AuditEntry' });

function entryBody(entry: AuditEntryView): z.output<typeof entrySchema> {
  return {
    sequence: entry.sequence,
    id: entry.id,
    at: toTime(entry.at),
    actor: { type: entry.actor.type, id: entry.actor.id, name: entry.actor.name },
    action: entry.action,
    subject: entry.subject,
    outcome: entry.outcome,
    requestId: entry.requestId,
    clientAddress: entry.clientAddress,
    data: { ...entry.data },
    previousHash: entry.previousHash,
    hash: entry.hash,
  };
}

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
        }),
        response: { 200: listOf(entrySchema), ...orProblem },
      },
      config: { permission: 'audit:read', audit: null },
    },
    async ({ ctx, query }) => {
      const { after = null, subject = null, actor = null, limit } = query;
      const { items, nextCursor } = await listAudit(ctx, { after, subject, actor, limit });
      return { items: items.map(entryBody), nextCursor };
    },
  );
};
