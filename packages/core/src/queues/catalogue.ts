import type { z } from 'zod';
import { exchangeCodeJob } from './exchange-code.job.ts';
import { refreshTokenJob } from './refresh-token.job.ts';
import { revokeJob } from './revoke.job.ts';
import { validateKeyJob } from './validate-key.job.ts';

/** Every job, each with a queue of its own. Adding one is a file and a line. */
export const jobs = {
  'validate-key': validateKeyJob,
  'exchange-code': exchangeCodeJob,
  'refresh-token': refreshTokenJob,
  revoke: revokeJob,
} as const;

export type JobName = keyof typeof jobs;
export type JobData<N extends JobName> = z.infer<(typeof jobs)[N]['data']>;
export const jobNames = Object.keys(jobs) as JobName[];
