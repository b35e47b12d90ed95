import { defineEntity, p } from '@mikro-orm/core';
import type { Role } from '../roles.ts';

/** How a program calls the API. The value is known to its holder alone; `tokenHash` is a keyed HMAC of it. */
export const ServiceTokenEntity = defineEntity({
  name: 'ServiceToken',
  tableName: 'service_token',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    name: p.text(),
    role: p.text().$type<Role>(),
    tokenHash: p.blob().$type<Buffer>(),
    expiresAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
