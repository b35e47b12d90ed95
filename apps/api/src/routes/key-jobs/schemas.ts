import { keyJobKinds, keyJobStatuses, type KeyJob } from '@latchkey/core/key-jobs';
import { z } from 'zod';
import { identifier, listOf, time, toTime, toTimeOrNull } from '../schemas.ts';

export const keyJobSchema = z
  .object({
    id: z.string(),
    kind: z.enum(keyJobKinds),
    workspaceId: z.string().nullable().describe('Null: all workspaces.'),
    status: z.enum(keyJobStatuses),
    total: z.int().nullable().describe('Null until it was counted.'),
    done: z.int(),
    skipped: z.int().describe('Changed or locked by somebody else at their turn; tried again.'),
    error: z.string().nullable(),
    startedAt: time,
    updatedAt: time,
    finishedAt: time.nullable(),
  })
  .meta({ id: 'KeyJob', description: 'Work over all data keys or all records, in batches.' });

export const keyJobList = listOf(keyJobSchema);

export const startBody = z.strictObject({
  kind: z
    .enum(keyJobKinds)
    .describe(
      '`rewrap`: the primary root key wraps every data key. `rotate_data`: every workspace gets a new data key, and its records are encrypted anew.',
    ),
  workspaceId: identifier.optional().describe('Of `rotate_data`: only this workspace.'),
});

export function keyJobBody(job: KeyJob): z.output<typeof keyJobSchema> {
  return {
    id: job.id,
    kind: job.kind,
    workspaceId: job.workspaceId,
    status: job.status,
    total: job.total,
    done: job.done,
    skipped: job.skipped,
    error: job.error,
    startedAt: toTime(job.startedAt),
    updatedAt: toTime(job.updatedAt),
    finishedAt: toTimeOrNull(job.finishedAt),
  };
}
