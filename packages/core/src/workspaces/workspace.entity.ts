import { defineEntity, p } from '@mikro-orm/core';

/** The tenant. `eventSequence`, `auditSequence` and `auditHash` are written by the relay alone. */
export const WorkspaceEntity = defineEntity({
  name: 'Workspace',
  tableName: 'workspace',
  properties: {
    id: p.text().primary(),
    name: p.text(),
    eventSequence: p.bigint('number').default(0),
    auditSequence: p.bigint('number').default(0),
    auditHash: p.blob().$type<Buffer>().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
