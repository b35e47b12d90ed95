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
    /** The subject of the person as whom it acts; null: nobody's. */
    owner: p.text().nullable(),
    /** Networks that it may come from, as CIDR; null: any. */
    allowedAddresses: p.text().$type<string[]>().columnType('text[]').nullable(),
    rotatedAt: p.datetime().nullable(),
    expiresAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

/** A value that was rotated out and still works until `endsAt`. */
export const ReplacedTokenEntity = defineEntity({
  name: 'ReplacedToken',
  tableName: 'replaced_token',
  properties: {
    tokenHash: p.blob().$type<Buffer>().primary(),
    serviceTokenId: p.text(),
    workspaceId: p.text(),
    endsAt: p.datetime(),
  },
});
