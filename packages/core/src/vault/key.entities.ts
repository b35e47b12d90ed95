import { defineEntity, p } from '@mikro-orm/core';

/** A wrapped data key. `workspaceId` is null for the key of lookups and fingerprints, which belongs to the instance. */
export const DataKeyEntity = defineEntity({
  name: 'DataKey',
  tableName: 'data_key',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text().nullable(),
    purpose: p.text().$type<'seal' | 'lookup'>(),
    rootKeyId: p.text(),
    wrapped: p.blob().$type<Buffer>(),
    createdAt: p.datetime().defaultRaw('now()'),
    retiredAt: p.datetime().nullable(),
  },
});

/** What each root key must produce, so that a wrong key stops the boot and not a lease. */
export const RootKeyCheckEntity = defineEntity({
  name: 'RootKeyCheck',
  tableName: 'root_key_check',
  properties: {
    keyId: p.text().primary(),
    checkValue: p.blob().$type<Buffer>(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
