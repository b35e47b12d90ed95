import { defineEntity, p } from '@mikro-orm/core';

/** The outbox and the event log in one: `sequence` is given by the relay, `publishedAt` when jobs and bus have it. */
export const EventEntity = defineEntity({
  name: 'Event',
  tableName: 'event',
  properties: {
    id: p.text().primary(),
    workspaceId: p.text(),
    position: p.bigint('number').autoincrement(),
    type: p.text(),
    subject: p.text(),
    data: p.json<Record<string, unknown>>(),
    time: p.datetime().defaultRaw('clock_timestamp()'),
    sequence: p.bigint('number').nullable(),
    publishedAt: p.datetime().nullable(),
  },
});
