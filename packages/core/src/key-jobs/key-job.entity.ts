import { defineEntity, p } from '@mikro-orm/core';

export const keyJobKinds = ['rewrap', 'rotate_data'] as const;
export type KeyJobKind = (typeof keyJobKinds)[number];

export const keyJobStatuses = ['running', 'succeeded', 'failed', 'cancelled'] as const;
export type KeyJobStatus = (typeof keyJobStatuses)[number];

/**
 * Work over all data keys or all records, done in batches by whichever worker takes the next one. One of a kind runs at a
 * time. `cursor` is where it goes on; `generation` counts replacements of data keys over all jobs.
 */
export const KeyJobEntity = defineEntity({
  name: 'KeyJob',
  tableName: 'key_job',
  properties: {
    id: p.text().primary(),
    kind: p.text().$type<KeyJobKind>(),
    /** Null: all workspaces. */
    workspaceId: p.text().nullable(),
    status: p.text().$type<KeyJobStatus>().default('running'),
    /** Null until it is counted. */
    total: p.integer().nullable(),
    done: p.integer().default(0),
    /** Changed or locked by somebody else when their turn came; tried again while they are left. */
    skipped: p.integer().default(0),
    generation: p.bigint('number').nullable(),
    cursor: p.json().$type<Record<string, unknown>>(),
    error: p.text().nullable(),
    nextBatchAt: p.datetime().defaultRaw('now()'),
    toldAt: p.datetime().defaultRaw('now()'),
    startedAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
    finishedAt: p.datetime().nullable(),
  },
});
