import * as z from 'zod/mini';
import { periodSearch } from '../../ui/period.ts';

export const statuses = [
  'awaiting_consent',
  'queued',
  'running',
  'succeeded',
  'failed',
  'expired',
  'cancelled',
] as const;

export const kinds = ['validate_key', 'exchange_code', 'refresh_token', 'revoke'] as const;

const text = z.catch(z.optional(z.string()), undefined);

/** What of this page is in its address. */
export const authorizationsSearch = z.object({
  status: z.catch(z.optional(z.enum(statuses)), undefined),
  kind: z.catch(z.optional(z.enum(kinds)), undefined),
  provider: text,
  credentialId: text,
  ...periodSearch,
  /** The one whose details are open. */
  id: text,
});

export type AuthorizationsSearch = z.output<typeof authorizationsSearch>;
