import { defineEntity, p } from '@mikro-orm/core';

/** Append-only. `sequence`, `previousHash` and `hash` are filled in by the sealer, in batches. */
export const AuditEntryEntity = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    position: p.bigint('number').autoincrement(),
    at: p.datetime().defaultRaw('clock_timestamp()'),
    actorType: p.text(),
    actorId: p.text(),
    actorName: p.text(),
    action: p.text(),
    subject: p.text(),
    outcome: p.text().$type<'success' | 'refused'>(),
    requestId: p.text().nullable(),
    clientAddress: p.text().nullable(),
    data: p.json<Record<string, unknown>>(),
    sequence: p.bigint('number').nullable(),
    previousHash: p.blob().$type<Buffer>().nullable(),
    hash: p.blob().$type<Buffer>().nullable(),
  },
});
