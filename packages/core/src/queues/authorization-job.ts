import { z } from 'zod';

/** What every authorization job carries: ids only. */
export const authorizationJob = z.strictObject({
  workspaceId: z.string(),
  authorizationId: z.string(),
});
