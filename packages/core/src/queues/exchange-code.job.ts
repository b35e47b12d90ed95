import { defineJob } from './define-job.ts';
import { authorizationJob } from './authorization-job.ts';

/** Exchanges an authorization code for tokens, at most once. */
export const exchangeCodeJob = defineJob({ name: 'exchange-code', data: authorizationJob });
