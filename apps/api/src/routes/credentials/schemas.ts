import { credentialAccess, visibilities } from '@latchkey/core/access';
import type { Actor } from '@latchkey/core/context.ts';
import {
  credentialSorts,
  credentialTransitions,
  needs,
  type Credential,
  type CredentialStatus,
  type LastUse,
} from '@latchkey/core/credentials';
import { failures } from '@latchkey/core/errors.ts';
import { notices, type NoticeCode } from '@latchkey/core/providers';
import { z } from 'zod';
import { authorizationBody, authorizationSchema, errorSchema } from '../authorizations/schemas.ts';
import { flag, identifier, line, listOf, name, pageQuery, time, toTime, toTimeOrNull } from '../schemas.ts';

type Authorization = Parameters<typeof authorizationBody>[0];

const statuses = Object.keys(credentialTransitions) as [CredentialStatus, ...CredentialStatus[]];

const noticeCodes = Object.keys(notices) as [NoticeCode, ...NoticeCode[]];

export const visibility = z
  .enum(visibilities)
  .describe(
    '`private`: only its owner uses it; administrators see and may delete it, nobody else knows of it.',
  );

export const credentialSchema = z
  .object({
    id: z.string(),
    provider: z.string(),
    name: z.string(),
    authMethod: z.enum(['api_key', 'oauth2']),
    status: z.enum(statuses),
    health: z.enum(['ok', 'refresh_failing']),
    isDefault: z.boolean(),
    owner: z.string().nullable().describe('The subject of the person whose it is; null: the workspace’s.'),
    visibility,
    access: z
      .enum(['use', 'manage'])
      .describe(
        'What the caller may do with it, beside what the role permits. `manage`: it is private to somebody else, and can only be deleted.',
      ),
    account: z
      .object({ id: z.string().nullable(), name: z.string().nullable(), avatarUrl: z.string().nullable() })
      .describe('Whose it is at the provider, as far as the provider tells.'),
    notice: z.string().nullable().describe('A remark of the last check, for people.'),
    noticeCode: z.enum(noticeCodes).nullable().describe('The remark, for programs.'),
    scopes: z.array(z.string()),
    expiresAt: time.nullable(),
    lastError: errorSchema.extend({ at: time }).nullable(),
    lastUsedAt: time.nullable(),
    lastRefreshedAt: time.nullable(),
    nextRefreshAt: time.nullable(),
    reconnectBy: time.nullable(),
    tokenVersion: z.int(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Credential', description: 'One named, stored authorization of a workspace at a provider.' });

/** What was remarked before remarks had codes is kept in its words. */
function noticeBody(stored: NoticeCode | null) {
  const noticeCode = noticeCodes.find((code) => code === stored) ?? null;
  return { notice: noticeCode === null ? stored : notices[noticeCode], noticeCode };
}

export type CredentialBody = z.output<typeof credentialSchema>;

/** @param actor who asks, and sees it */
export function credentialBody(row: Credential, actor: Actor): CredentialBody {
  const { accountId, accountName, accountAvatarUrl, lastErrorAt, lastErrorCode } = row;
  return {
    id: row.id,
    provider: row.provider,
    name: row.name,
    authMethod: row.authMethod,
    status: row.status,
    health: row.health,
    isDefault: row.isDefault,
    owner: row.owner,
    visibility: row.visibility,
    access: credentialAccess(actor, row) === 'use' ? 'use' : 'manage',
    account: { id: accountId, name: accountName, avatarUrl: accountAvatarUrl },
    ...noticeBody(row.notice),
    scopes: row.scopes,
    expiresAt: toTimeOrNull(row.expiresAt),
    lastError:
      lastErrorCode === null || lastErrorAt === null
        ? null
        : {
            code: lastErrorCode,
            message: row.lastErrorMessage ?? '',
            retryable: failures[lastErrorCode].retryable,
            actor: failures[lastErrorCode].actor,
            at: toTime(lastErrorAt),
          },
    lastUsedAt: toTimeOrNull(row.lastUsedAt),
    lastRefreshedAt: toTimeOrNull(row.lastRefreshedAt),
    nextRefreshAt: toTimeOrNull(row.nextRefreshAt),
    reconnectBy: toTimeOrNull(row.reconnectBy),
    tokenVersion: row.tokenVersion,
    createdAt: toTime(row.createdAt),
    updatedAt: toTime(row.updatedAt),
  };
}

export const credentialInFullSchema = credentialSchema
  .extend({
    lastUsedBy: z
      .object({
        leaseId: z.string(),
        runId: z.string().nullable(),
        nodeId: z.string().nullable(),
        at: time,
        actor: z
          .object({ type: z.string(), id: z.string(), name: z.string() })
          .nullable()
          .describe('Null: the role may not read the audit, or the audit has it no more.'),
      })
      .nullable()
      .describe('The last lease; null: there was none.'),
  })
  .meta({ id: 'CredentialInFull', description: 'A credential, with who leased it last.' });

export function credentialInFullBody(
  credential: Credential,
  lastUse: LastUse | null,
  actor: Actor,
): z.output<typeof credentialInFullSchema> {
  return {
    ...credentialBody(credential, actor),
    lastUsedBy: lastUse && {
      leaseId: lastUse.leaseId,
      runId: lastUse.runId,
      nodeId: lastUse.nodeId,
      at: toTime(lastUse.at),
      actor: lastUse.actor,
    },
  };
}

export const credentialList = listOf(credentialSchema);

export const credentialQuery = pageQuery.extend({
  provider: identifier.optional(),
  status: z.enum(statuses).optional(),
  health: z.enum(['ok', 'refresh_failing']).optional(),
  needs: z
    .enum(needs)
    .optional()
    .describe('Somebody must act for it to work: the user, an administrator, or either.'),
  search: line.max(200).optional().describe('Part of its name or of its account’s, or its id.'),
  sort: z
    .enum(credentialSorts)
    .default('createdAt')
    .describe('`-`: the other way round. What has no such time comes last.'),
  cursor: z
    .string()
    .regex(/^[\w-]{1,1000}$/, 'must be the `nextCursor` of a page')
    .optional()
    .describe('`nextCursor` of the page before, in the same order.'),
});

const fields = z
  .record(z.string().max(100), z.string().max(16_384))
  .describe('The fields that the provider lists for its API key.');

export const createBody = z.strictObject({
  provider: identifier,
  name: name.nullish().describe('Unique per provider; generated when absent.'),
  visibility: visibility.optional(),
  fields,
});

export const updateBody = z
  .strictObject({
    name: name.optional(),
    isDefault: z.boolean().optional(),
    visibility: visibility.optional(),
    fields: fields.optional(),
  })
  .describe('An omitted member keeps its value.');

export const deleteQuery = z.object({
  force: flag.optional().describe('Also when it was leased in the last 24 hours.'),
});

/** Some clients cannot send a query with DELETE, others no body: both may say it. */
export const deleteBody = z.strictObject({ force: z.boolean().optional() }).nullish();

export const queuedSchema = z.object({ authorization: authorizationSchema });

export const credentialAndAuthorization = z.object({
  credential: credentialSchema,
  authorization: authorizationSchema,
});

export function queuedBody(authorization: Authorization): z.output<typeof queuedSchema> {
  return { authorization: authorizationBody(authorization) };
}
