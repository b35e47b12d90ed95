import * as z from 'zod/mini';

/** What of this page is in its address. */
export const serviceTokensSearch = z.object({
  /** Text that is looked for in names, roles, owners and ids. */
  q: z.catch(z.optional(z.string()), undefined),
  /** The dialog that makes one is open. */
  create: z.catch(z.optional(z.boolean()), undefined),
});
