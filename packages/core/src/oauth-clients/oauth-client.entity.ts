import { defineEntity, p } from '@mikro-orm/core';

/** A workspace's own client at a provider. `sealed` holds the client secret; a public client has none. */
export const OAuthClientEntity = defineEntity({
  name: 'OAuthClient',
  tableName: 'oauth_client',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    provider: p.text(),
    clientId: p.text(),
    params: p.json<Record<string, string>>(),
    enabled: p.boolean(),
    version: p.integer(),
    keySalt: p.blob().$type<Buffer>(),
    sealed: p.blob().$type<Buffer>().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
});

/** A client that a provider rejected (`invalid_client`), seen from one workspace; gone when the client changes. */
export const OAuthClientFlagEntity = defineEntity({
  name: 'OAuthClientFlag',
  tableName: 'oauth_client_flag',
  properties: {
    workspaceId: p.text().primary(),
    provider: p.text().primary(),
    clientId: p.text().primary(),
    message: p.text(),
    flaggedAt: p.datetime().defaultRaw('now()'),
  },
});
