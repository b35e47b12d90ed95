import type { RegisteredKey, RootKeyList } from '@latchkey/core/root-keys';
import { z } from 'zod';
import { time, toTime, toTimeOrNull } from '../schemas.ts';

/** Ids of root keys are chosen by operators. */
export const byKeyId = z.object({
  id: z.string().regex(/^[A-Za-z0-9_.-]{1,32}$/, 'must be the id of a root key'),
});

export const rootKeySchema = z
  .object({
    id: z.string(),
    kind: z.string().describe('Where the key lives: `local` is this configuration.'),
    state: z
      .enum(['known', 'primary', 'retired'])
      .describe('`primary` wraps new data keys. `retired` is for good.'),
    createdAt: time.describe('When a process had it for the first time.'),
    promotedAt: time.nullable().describe('When it became the primary one, the last time.'),
    retiredAt: time.nullable(),
  })
  .meta({ id: 'RootKey' });

export const rootKeyList = z
  .object({
    items: z.array(
      rootKeySchema.extend({
        dataKeys: z.int().describe('How many data keys it wraps.'),
        knownBy: z.array(z.string()).describe('Ids of the live processes that can use it.'),
      }),
    ),
    nextCursor: z.null(),
    processes: z.array(
      z.object({
        id: z.string().describe('Host, process id and a random part.'),
        role: z.enum(['api', 'worker']),
        version: z.string(),
        rootKeyIds: z.array(z.string()),
        seenAt: time,
      }),
    ),
    dataKeys: z.object({
      current: z.int(),
      retired: z.int(),
      rowsLeft: z
        .int()
        .describe('Rows that a retired data key has sealed, counted up to 10,000 per kind of row.'),
    }),
    workspaces: z
      .array(z.object({ workspaceId: z.string(), dataKeys: z.int(), rowsLeft: z.int() }))
      .describe('Those with rows on retired data keys, at most 100, most rows first.'),
  })
  .meta({ id: 'RootKeyList' });

export function rootKeyBody(key: RegisteredKey): z.output<typeof rootKeySchema> {
  return {
    id: key.id,
    kind: key.kind,
    state: key.state,
    createdAt: toTime(key.createdAt),
    promotedAt: toTimeOrNull(key.promotedAt),
    retiredAt: toTimeOrNull(key.retiredAt),
  };
}

export function rootKeyListBody(list: RootKeyList): z.output<typeof rootKeyList> {
  return {
    items: list.rootKeys.map((key) => ({
      ...rootKeyBody(key),
      dataKeys: key.dataKeys,
      knownBy: key.knownBy,
    })),
    nextCursor: null,
    processes: list.processes.map(({ id, role, version, rootKeyIds, seenAt }) => ({
      id,
      role,
      version,
      rootKeyIds,
      seenAt: toTime(seenAt),
    })),
    dataKeys: list.dataKeys,
    workspaces: list.workspaces,
  };
}
