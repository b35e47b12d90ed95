import { ConfigurationError } from '@latchkey/core/errors.ts';
import { describeIssues, readSettings, type Settings } from '@latchkey/core/settings.ts';
import { z } from 'zod';

const environment = z.object({
  /** Jobs at once, per queue. */
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(200).default(10),
  /** Touched while jobs and database can be reached: what a health check looks at. */
  WORKER_HEARTBEAT_FILE: z.string().optional(),
});

export interface WorkerEnv {
  readonly settings: Settings;
  readonly concurrency: number;
  readonly heartbeatFile: string | null;
}

/** @throws ConfigurationError with one line per bad variable */
export function readWorkerEnv(env: NodeJS.ProcessEnv): WorkerEnv {
  const parsed = environment.safeParse({
    WORKER_CONCURRENCY: env['WORKER_CONCURRENCY'] || undefined,
    WORKER_HEARTBEAT_FILE: env['WORKER_HEARTBEAT_FILE'] || undefined,
  });
  if (!parsed.success) throw new ConfigurationError(describeIssues(parsed.error));
  const { WORKER_CONCURRENCY, WORKER_HEARTBEAT_FILE } = parsed.data;
  return {
    settings: readSettings(env),
    concurrency: WORKER_CONCURRENCY,
    heartbeatFile: WORKER_HEARTBEAT_FILE ?? null,
  };
}
