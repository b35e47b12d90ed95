import { ConfigurationError } from '@latchkey/core/errors.ts';
import { describeIssues, readSettings, type Settings } from '@latchkey/core/settings.ts';
import { z } from 'zod';

const environment = z.object({
  /** Jobs at once, per queue. */
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(200).default(10),
});

export interface WorkerEnv {
  readonly settings: Settings;
  readonly concurrency: number;
}

/** @throws ConfigurationError with one line per bad variable */
export function readWorkerEnv(env: NodeJS.ProcessEnv): WorkerEnv {
  const parsed = environment.safeParse({ WORKER_CONCURRENCY: env['WORKER_CONCURRENCY'] || undefined });
  if (!parsed.success) throw new ConfigurationError(describeIssues(parsed.error));
  return { settings: readSettings(env), concurrency: parsed.data.WORKER_CONCURRENCY };
}
