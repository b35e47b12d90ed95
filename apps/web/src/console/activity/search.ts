import * as z from 'zod/mini';
import { periodSearch } from '../../ui/period.ts';

const text = z.catch(z.optional(z.string()), undefined);

/** What of this page is in its address. */
export const activitySearch = z.object({
  type: text,
  /** The id of what the events are about. */
  subject: text,
  ...periodSearch,
});

export type ActivitySearch = z.output<typeof activitySearch>;
