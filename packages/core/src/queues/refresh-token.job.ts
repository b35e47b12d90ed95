import { defineJob } from './define-job.ts';
import { authorizationJob } from './authorization-job.ts';

/** Refreshes the tokens of a credential. */
export const refreshTokenJob = defineJob({ name: 'refresh-token', data: authorizationJob });
