import * as z from 'zod/mini';

/** What of this page is in its address. */
export const peopleSearch = z.object({
  /** Text that is looked for in names and addresses. */
  q: z.catch(z.optional(z.string()), undefined),
});
