import * as z from 'zod/mini';

/** What of this page is in its address. */
export const credentialSearch = z.object({
  /** Kinds of items of the time line, with commas between; absent: all. */
  types: z.catch(z.optional(z.string()), undefined),
  /** Where a reconnect in this tab comes back to: how that ended is shown. */
  authorizationId: z.catch(z.optional(z.string()), undefined),
});
