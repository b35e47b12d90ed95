import * as z from 'zod/mini';
import type { Query } from '../../api/call.ts';

/** Parts of the credentials that have a list of their own, each as the API is asked for it. */
export const parts = {
  someone: { needs: 'someone' },
  user: { needs: 'user' },
  admin: { needs: 'admin' },
  pending: { status: 'pending' },
  active: { status: 'active' },
  refresh_failing: { status: 'active', health: 'refresh_failing' },
  reauthorization_required: { status: 'reauthorization_required' },
  invalid: { status: 'invalid' },
  revoking: { status: 'revoking' },
} as const satisfies Record<string, Query>;

export type PartName = keyof typeof parts;

/** What of this page is in its address. */
export const dataSourcesSearch = z.object({
  /** Text that is looked for in names of providers and credentials. */
  q: z.catch(z.optional(z.string()), undefined),
  /** Only this part of the credentials. */
  show: z.catch(z.optional(z.enum(Object.keys(parts) as [PartName, ...PartName[]])), undefined),
});

export type DataSourcesSearch = z.output<typeof dataSourcesSearch>;
