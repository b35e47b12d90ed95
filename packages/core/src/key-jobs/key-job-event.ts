import type { Context } from '../context.ts';
import { recordEvent } from '../events/index.ts';
import type { KeyJob } from './key-job-columns.ts';

type What = 'started' | 'progressed' | 'succeeded' | 'failed' | 'cancelled';

export async function recordKeyJobEvent(tx: Context, what: What, job: KeyJob): Promise<void> {
  const { kind, workspaceId, total, done, skipped, error } = job;
  await recordEvent(tx, {
    type: `latchkey.keys.job_${what}`,
    subject: job.id,
    data: { kind, workspaceId, total, done, skipped, error },
  });
}
