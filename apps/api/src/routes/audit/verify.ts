import { verifyAudit } from '@latchkey/core/audit';
import { formatHead, parseHead } from '@latchkey/core/audit-chain';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { orProblem } from '../schemas.ts';
import { answerSlowly } from './answer-slowly.ts';
import { inTurn } from './in-turn.ts';
import { verificationBody, verificationSchema } from './schemas.ts';

const notedHead = z.string().transform((text, check) => {
  const head = parseHead(text);
  if (head === null)
    check.addIssue({ code: 'custom', message: 'must be <sequence>:<64 hexadecimal digits>' });
  return head;
});

export const verifyAuditRoute: Route = (api) => {
  type Asked = Pick<Parameters<typeof verifyAudit>[0], 'em' | 'workspaceId'> &
    Parameters<typeof verifyAudit>[1];
  const verify = inTurn(
    (asked: Asked) => verifyAudit(asked, asked),
    ({ workspaceId, noted }) => `${workspaceId} ${noted === null ? '' : formatHead(noted)}`,
  );
  api.get(
    '/v1/audit/verification',
    {
      schema: {
        operationId: 'verifyAudit',
        summary: 'Recompute the hash chain of the audit and say whether it is intact',
        description:
          'A million entries take about half a minute of processor time, and one verification runs at a time per process; white space comes before an answer that takes long. `head` is compared with the chain: it notices one that was rewritten as a whole.',
        tags: ['audit'],
        querystring: z.object({
          head: notedHead.optional().describe('`<sequence>:<hash>`, as it was noted elsewhere.'),
        }),
        response: { 200: verificationSchema, ...orProblem },
      },
      config: { permission: 'audit:read', audit: null, limit: 'read' },
    },
    async ({ ctx: { em, workspaceId }, query }, reply) => {
      const asked = { em, workspaceId, noted: query.head ?? null, signal: api.closing };
      return answerSlowly(reply, verify(asked).then(verificationBody));
    },
  );
};
