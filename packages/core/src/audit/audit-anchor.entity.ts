import { defineEntity, p } from '@mikro-orm/core';

/**
 * Where retention has cut the chain of a workspace: the last entry that was removed. Sequences have no gaps, so
 * `sequence` is also how many were removed in all. Written by the function `prune_audit` alone.
 */
export const AuditAnchorEntity = defineEntity({
  name: 'AuditAnchor',
  tableName: 'audit_anchor',
  properties: {
    workspaceId: p.text().primary(),
    sequence: p.bigint('number'),
    hash: p.blob().$type<Buffer>(),
    prunedAt: p.datetime().defaultRaw('now()'),
  },
});
