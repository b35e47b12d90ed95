import type { Attempt } from '@latchkey/core/refresh';
import { z } from 'zod';
import { listOf, time, toTime, toTimeOrNull } from '../schemas.ts';

const attemptSchema = z
  .object({
    id: z.string(),
    authorizationId: z.string(),
    reason: z.string().nullable().describe('Why the refresh was made: user, lease, schedule, report, grant.'),
    takeover: z
      .boolean()
      .describe('The same token had been presented before, and nobody knows how that ended.'),
    outcome: z
      .enum(['presented', 'not_sent', 'unknown', 'succeeded', 'rejected'])
      .describe('`presented`: no end is known yet; `unknown`: none will be.'),
    errorCode: z.string().nullable(),
    providerStatus: z.int().nullable().describe('HTTP status of the provider’s answer; null when none came.'),
    tokenVersion: z.int().describe('The version whose refresh token was presented.'),
    fence: z.int().describe('Rises with every holder of the credential’s refresh lease.'),
    startedAt: time,
    endedAt: time.nullable(),
    durationMs: z.int().nullable().describe('From the lease to the recorded outcome.'),
  })
  .meta({ id: 'Attempt', description: 'One presentation of a refresh token to the provider.' });

export const attemptList = listOf(attemptSchema);

export function attemptBody(row: Attempt): z.output<typeof attemptSchema> {
  return {
    id: row.id,
    authorizationId: row.authorizationId,
    reason: row.reason,
    takeover: row.takeover,
    outcome: row.state,
    errorCode: row.errorCode,
    providerStatus: row.providerStatus,
    tokenVersion: row.tokenVersion,
    fence: row.fence,
    startedAt: toTime(row.startedAt),
    endedAt: toTimeOrNull(row.resolvedAt),
    durationMs: row.resolvedAt === null ? null : row.resolvedAt.getTime() - row.startedAt.getTime(),
  };
}
