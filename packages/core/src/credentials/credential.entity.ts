import { defineEntity, p } from '@mikro-orm/core';
import type { FailureCode } from '../errors.ts';
import type { Visibility } from '../access/credential-access.ts';
import type { NoticeCode } from '../providers/notices.ts';
import type { CredentialHealth, CredentialStatus } from './status.ts';

/**
 * One named, stored authorization of a workspace at a provider. `sealed` is opaque to the ORM: the vault binds it to
 * this row and `tokenVersion`. `keySalt` makes the row's key, so deleting the row destroys that key.
 */
export const CredentialEntity = defineEntity({
  name: 'Credential',
  tableName: 'credential',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    provider: p.text(),
    name: p.text(),
    authMethod: p.text().$type<'api_key' | 'oauth2'>(),
    status: p.text().$type<CredentialStatus>(),
    health: p.text().$type<CredentialHealth>(),
    isDefault: p.boolean(),
    /** The subject of the person whose it is; null: the workspace's. */
    owner: p.text().nullable(),
    visibility: p.text().$type<Visibility>().default('workspace'),
    accountId: p.text().nullable(),
    accountName: p.text().nullable(),
    accountAvatarUrl: p.text().nullable(),
    /** A remark of the validation; its words where it was made before remarks had codes. */
    notice: p.text().$type<NoticeCode>().nullable(),
    scopes: p.text().$type<string[]>().columnType('text[]'),
    /** The OAuth client that the grant was issued to. */
    clientMode: p.text().$type<'default' | 'custom'>().nullable(),
    clientId: p.text().nullable(),
    /** Values of the provider's client parameters at connect time, for example `tenant`. */
    clientParams: p.json<Record<string, string>>(),
    keySalt: p.blob().$type<Buffer>(),
    sealed: p.blob().$type<Buffer>().lazy().hidden(),
    tokenVersion: p.integer(),
    /** The connection that the tokens come from: a refresh keeps it, connecting again changes it. */
    grantId: p.text().nullable(),
    grantFingerprint: p.blob().$type<Buffer>().nullable(),
    expiresAt: p.datetime().nullable(),
    /** How long the token was good when it was issued; null when the provider does not say. */
    tokenLifetimeSeconds: p.integer().nullable(),
    reconnectBy: p.datetime().nullable(),
    nextRefreshAt: p.datetime().nullable(),
    nextValidationAt: p.datetime().nullable(),
    refreshFailures: p.integer().default(0),
    /** Until then nobody presents the refresh token, whoever asks. */
    backOffUntil: p.datetime().nullable(),
    /** When the next presentation is: after the back-off, or late for the sake of the access token. */
    refreshNotBefore: p.datetime().nullable(),
    fence: p.bigint('number').default(0),
    leaseOwner: p.text().nullable(),
    leaseUntil: p.datetime().nullable(),
    lastErrorCode: p.text().$type<FailureCode>().nullable(),
    lastErrorMessage: p.text().nullable(),
    lastErrorAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    lastRefreshedAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
});
