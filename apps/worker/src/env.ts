import { ConfigurationError } from '@latchkey/core/errors.ts';
import { describeIssues, readSettings, type Settings } from '@latchkey/core/settings.ts';
import { z } from 'zod';

const environment = z.object({
  /** Jobs at once, per queue. */
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(200).default(10),
  WORKER_HOST: z.string().default('127.0.0.1'),
  /** Of health and metrics; unset is none. */
  WORKER_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
});

export interface WorkerEnv {
  readonly settings: Settings;
  readonly concurrency: number;
  readonly endpoint: { readonly host: string; readonly port: number } | null;
}

/** @throws ConfigurationError with one line per bad variable */
export function readWorkerEnv(env: NodeJS.ProcessEnv): WorkerEnv {
  const parsed = environment.safeParse({
    WORKER_CONCURRENCY: env['WORKER_CONCURRENCY'] || undefined,
    WORKER_HOST: env['WORKER_HOST'] || undefined,
    WORKER_PORT: env['WORKER_PORT'] || undefined,
  });
  if (!parsed.success) throw new ConfigurationError(describeIssues(parsed.error));
  const { WORKER_CONCURRENCY, WORKER_HOST, WORKER_PORT } = parsed.data;
  return {
    settings: readSettings(env),
    concurrency: WORKER_CONCURRENCY,
    endpoint: WORKER_PORT === undefined ? null : { host: WORKER_HOST, port: WORKER_PORT },
  };
}
