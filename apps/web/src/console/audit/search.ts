import * as z from 'zod/mini';

const text = z.catch(z.optional(z.string()), undefined);
const time = z.catch(z.optional(z.iso.datetime()), undefined);

/** Hours of the periods that are counted from now. */
export const periods = { '1h': 1, '24h': 24, '7d': 168, '30d': 720 } as const;

/** What of this page is in its address. */
export const auditSearch = z.object({
  actor: text,
  action: text,
  subject: text,
  outcome: z.catch(z.optional(z.enum(['success', 'refused'])), undefined),
  period: z.catch(z.optional(z.enum(['1h', '24h', '7d', '30d'])), undefined),
  /** A fixed range, ISO 8601. */
  from: time,
  to: time,
  /** The page: entries before this sequence. */
  after: z.catch(z.optional(z.coerce.string().check(z.regex(/^\d{1,20}$/))), undefined),
  /** The number of the entry that is open. */
  entry: z.catch(z.optional(z.coerce.number().check(z.int(), z.positive())), undefined),
});

export type AuditSearch = z.infer<typeof auditSearch>;
