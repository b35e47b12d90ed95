import {
  authorizationKinds,
  authorizationTransitions,
  type AuthorizationStatus,
} from '@latchkey/core/authorizations';
import type { Authorization, CancelledAll } from '@latchkey/core/authorizations';
import { visibilities } from '@latchkey/core/access';
import { z } from 'zod';
import {
  identifier,
  listOf,
  name,
  pageQuery,
  time,
  timeRange,
  toTime,
  toTimeOrNull,
  waitSeconds,
} from '../schemas.ts';

const statuses = Object.keys(authorizationTransitions) as [AuthorizationStatus, ...AuthorizationStatus[]];

export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  actor: z.enum(['user', 'admin', 'nobody']).describe('Who must act for it to succeed.'),
});

export type AuthorizationError = z.output<typeof errorSchema>;

export const authorizationSchema = z
  .object({
    id: z.string(),
    kind: z.enum(authorizationKinds),
    status: z.enum(statuses),
    provider: z.string(),
    credentialId: z.string().nullable(),
    reason: z.string().describe('Why it was made: user, lease, schedule, report, delete.'),
    error: errorSchema.nullable(),
    attempts: z.int(),
    nextAttemptAt: time.nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    expiresAt: time.nullable(),
  })
  .meta({ id: 'Authorization', description: 'One attempt, a job with a status that people poll.' });

export type AuthorizationBody = z.output<typeof authorizationSchema>;

export function authorizationBody(row: Authorization): AuthorizationBody {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    provider: row.provider,
    credentialId: row.credentialId,
    reason: row.reason,
    error: errorBody(row),
    attempts: row.attempts,
    nextAttemptAt: toTimeOrNull(row.nextAttemptAt),
    createdAt: toTime(row.createdAt),
    startedAt: toTimeOrNull(row.startedAt),
    finishedAt: toTimeOrNull(row.finishedAt),
    expiresAt: toTimeOrNull(row.expiresAt),
  };
}

export function errorBody(
  row: Pick<Authorization, 'errorCode' | 'errorMessage' | 'errorRetryable' | 'errorActor'>,
): z.output<typeof errorSchema> | null {
  if (row.errorCode === null) return null;
  return {
    code: row.errorCode,
    message: row.errorMessage ?? '',
    retryable: row.errorRetryable ?? false,
    actor: row.errorActor ?? 'nobody',
  };
}

export const authorizationList = listOf(authorizationSchema);

export const authorizationQuery = pageQuery.extend({
  status: z.enum(statuses).optional(),
  kind: z.enum(authorizationKinds).optional(),
  credentialId: identifier.optional(),
  provider: identifier.optional(),
  ...timeRange,
  wait: waitSeconds,
});

export const returnUrl = z
  .url()
  .max(2000)
  .refine((text) => text.isWellFormed(), 'must be valid Unicode')
  .nullish();

export const cancelAllBody = z.strictObject({
  status: z.enum(['awaiting_consent', 'queued']).optional(),
  kind: z.enum(authorizationKinds).optional(),
  credentialId: identifier.optional(),
  provider: identifier.optional(),
  ...timeRange,
  dryRun: z.boolean().optional().describe('Only counts.'),
});

export const cancelledAllSchema = z.object({
  matched: z.int().describe('That could be cancelled and match, before this call.'),
  cancelled: z.int().describe('At most 500: call again for the others.'),
});

export function cancelledAllBody({ matched, cancelled }: CancelledAll): z.output<typeof cancelledAllSchema> {
  return { matched, cancelled };
}

export const startBody = z.strictObject({
  provider: identifier,
  name: name.nullish().describe('Of the new credential; made from the account when absent.'),
  credentialId: identifier.nullish().describe('Connect the account of this credential again.'),
  returnUrl: returnUrl.describe('Where the browser goes in the end; its origin must be allowed.'),
  visibility: z.enum(visibilities).optional().describe('Of the new credential.'),
  allowAccountChange: z.boolean().optional(),
  confirm: z
    .boolean()
    .optional()
    .describe('false: the caller vouches that whoever opens the link is the person who asked for it.'),
});

export const startedSchema = authorizationSchema
  .extend({
    authorizationUrl: z.string().describe('Open it in a browser, by navigation.'),
    expiresAt: time,
  })
  .meta({ id: 'StartedAuthorization' });

export function startedBody(started: {
  authorization: Authorization;
  authorizationUrl: string;
}): z.output<typeof startedSchema> {
  const body = authorizationBody(started.authorization);
  return { ...body, expiresAt: body.expiresAt ?? body.createdAt, authorizationUrl: started.authorizationUrl };
}
