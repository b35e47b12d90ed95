import * as z from 'zod/mini';

const queueNames = ['validate-key', 'exchange-code', 'refresh-token', 'revoke'] as const;
export const jobStates = ['waiting', 'active', 'delayed', 'failed'] as const;

/** What of this page is in its address: whose jobs are listed. */
export const jobsSearch = z.object({
  queue: z.catch(z.optional(z.enum(queueNames)), undefined),
  state: z.catch(z.optional(z.enum(jobStates)), undefined),
});
