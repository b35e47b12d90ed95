import { defineEntity, p } from '@mikro-orm/core';

/** The answer to a POST that carried `Idempotency-Key`, written in the transaction that did the work. */
export const IdempotencyKeyEntity = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    workspaceId: p.text().primary(),
    actorId: p.text().primary(),
    key: p.text().primary(),
    requestHash: p.blob().$type<Buffer>(),
    status: p.integer(),
    keySalt: p.blob().$type<Buffer>(),
    sealed: p.blob().$type<Buffer>(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
