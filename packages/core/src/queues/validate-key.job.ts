import { defineJob } from './define-job.ts';
import { authorizationJob } from './authorization-job.ts';

/** Checks the fields of an API key at its provider. */
export const validateKeyJob = defineJob({ name: 'validate-key', data: authorizationJob });
