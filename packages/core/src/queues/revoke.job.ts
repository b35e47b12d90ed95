import { defineJob } from './define-job.ts';
import { authorizationJob } from './authorization-job.ts';

/** Revokes a grant at the provider and erases the credential. */
export const revokeJob = defineJob({ name: 'revoke', data: authorizationJob });
