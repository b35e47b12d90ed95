import { visibilities } from '@latchkey/core/access';
import { credentialTransitions, type Credential, type CredentialStatus } from '@latchkey/core/credentials';
import { z } from 'zod';
import { authorizationBody, authorizationSchema } from '../authorizations/schemas.ts';
import { flag, identifier, listOf, name, pageQuery, time, toTime, toTimeOrNull } from '../schemas.ts';

type Authorization = Parameters<typeof authorizationBody>[0];

const statuses = Object.keys(credentialTransitions) as [CredentialStatus, ...CredentialStatus[]];

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
    account: z
      .object({ id: z.string().nullable(), name: z.string().nullable(), avatarUrl: z.string().nullable() })
      .describe('Whose it is at the provider, as far as the provider tells.'),
    notice: z.string().nullable().describe('A remark of the last check, for people.'),
    scopes: z.array(z.string()),
    expiresAt: time.nullable(),
    lastError: z.object({ code: z.string(), message: z.string(), at: time }).nullable(),
    lastUsedAt: time.nullable(),
    lastRefreshedAt: time.nullable(),
    nextRefreshAt: time.nullable(),
    reconnectBy: time.nullable(),
    tokenVersion: z.int(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Credential', description: 'One named, stored authorization of a workspace at a provider.' });

export type CredentialBody = z.output<typeof credentialSchema>;

export function credentialBody(row: Credential): CredentialBody {
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
    account: { id: accountId, name: accountName, avatarUrl: accountAvatarUrl },
    notice: row.notice,
    scopes: row.scopes,
    expiresAt: toTimeOrNull(row.expiresAt),
    lastError:
      lastErrorCode === null || lastErrorAt === null
        ? null
        : { code: lastErrorCode, message: row.lastErrorMessage ?? '', at: toTime(lastErrorAt) },
    lastUsedAt: toTimeOrNull(row.lastUsedAt),
    lastRefreshedAt: toTimeOrNull(row.lastRefreshedAt),
    nextRefreshAt: toTimeOrNull(row.nextRefreshAt),
    reconnectBy: toTimeOrNull(row.reconnectBy),
    tokenVersion: row.tokenVersion,
    createdAt: toTime(row.createdAt),
    updatedAt: toTime(row.updatedAt),
  };
}

export const credentialList = listOf(credentialSchema);

export const credentialQuery = pageQuery.extend({
  provider: identifier.optional(),
  status: z.enum(statuses).optional(),
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
