import { defineEntity, p } from '@mikro-orm/core';

/** What a running process says of itself every few seconds. Who is silent for too long counts as gone. */
export const ProcessReportEntity = defineEntity({
  name: 'ProcessReport',
  tableName: 'process_report',
  properties: {
    /** `host/pid/random` */
    id: p.text().primary(),
    role: p.text().$type<'api' | 'worker'>(),
    version: p.text(),
    /** That it can use: the same keys as those that the register knows under these ids. */
    rootKeyIds: p.array(),
    /** The last change of data keys that its cache has followed. */
    generation: p.bigint('number'),
    startedAt: p.datetime().defaultRaw('now()'),
    seenAt: p.datetime().defaultRaw('now()'),
  },
});
