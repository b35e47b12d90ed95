import { defineEntity, p } from '@mikro-orm/core';
import type { KeyKind } from './key-provider.ts';

/** `primary` wraps new data keys, of all processes; `known` may become it; `retired` wraps nothing, for good. */
export type RootKeyState = 'known' | 'primary' | 'retired';

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

/**
 * The register of root keys: what each must produce, so that a wrong key stops the boot and not a lease, and what it is
 * for. `promotedAt` is null for a key that never was the primary one.
 */
export const RootKeyCheckEntity = defineEntity({
  name: 'RootKeyCheck',
  tableName: 'root_key_check',
  properties: {
    keyId: p.text().primary(),
    checkValue: p.blob().$type<Buffer>(),
    kind: p.text().$type<KeyKind>(),
    state: p.text().$type<RootKeyState>().default('known'),
    createdAt: p.datetime().defaultRaw('now()'),
    promotedAt: p.datetime().nullable(),
    retiredAt: p.datetime().nullable(),
  },
});
