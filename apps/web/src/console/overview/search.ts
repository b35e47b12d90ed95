import * as z from 'zod/mini';
import { periodSearch } from '../../ui/period.ts';

/** What of this page is in its address. */
export const overviewSearch = z.object(periodSearch);
