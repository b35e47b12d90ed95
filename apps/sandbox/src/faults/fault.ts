import { z } from 'zod';
import { endpointKindSchema, providerIdSchema } from '../provider-ids.ts';

const milliseconds = z.number().int().nonnegative().max(3_600_000);
const phase = z.enum(['before', 'after']).default('before');
/** Whether the provider did what was asked before it gave this answer. */
const committed = z.boolean().default(false);

/** What can go wrong with one request. Each member's extra fields are its parameters. */
const effectSchema = z.discriminatedUnion('fault', [
  z.object({ fault: z.literal('delay'), ms: milliseconds, phase }),
  z.object({ fault: z.literal('hang'), phase }),
  z.object({ fault: z.literal('reset_before_commit') }),
  z.object({ fault: z.literal('reset_after_commit') }),
  z.object({ fault: z.literal('truncated_body') }),
  z.object({ fault: z.literal('slow_drip'), ms: milliseconds }),
  z.object({ fault: z.literal('html'), committed }),
  z.object({
    fault: z.literal('ok_with_error'),
    error: z.string().default('bad_refresh_token'),
    description: z.string().default('The refresh token passed is incorrect or expired.'),
    committed,
  }),
  z.object({
    fault: z.literal('rate_limited'),
    retryAfterSeconds: z.number().int().nonnegative().default(1),
  }),
  z.object({
    fault: z.literal('server_error'),
    status: z.number().int().min(500).max(599).default(503),
    committed,
  }),
  z.object({ fault: z.literal('missing_refresh_token') }),
  z.object({ fault: z.literal('narrower_scope'), scope: z.string().optional() }),
  z.object({ fault: z.literal('no_expires_in') }),
  z.object({ fault: z.literal('expires_in_string') }),
  z.object({ fault: z.literal('expires_in'), expiresIn: z.unknown() }),
  z.object({ fault: z.literal('invalid_grant') }),
  z.object({ fault: z.literal('invalid_client') }),
  z.object({ fault: z.literal('access_denied') }),
  z.object({ fault: z.literal('coop') }),
]);

const targetSchema = z.object({
  provider: providerIdSchema,
  /** Left out: any endpoint. `token` means both token kinds. */
  endpoint: z.union([endpointKindSchema, z.literal('token')]).optional(),
  grantId: z.string().optional(),
  /** How many requests it hits before it is used up; null: it stays until the faults are cleared. */
  times: z.number().int().positive().nullable().default(1),
  /** How likely it hits a request that it could. Which ones is decided by the setting `seed`. */
  probability: z.number().min(0).max(1).default(1),
});

export const faultInputSchema = targetSchema.and(effectSchema);

export type Fault = z.output<typeof effectSchema>;
export type FaultEffect = z.input<typeof effectSchema>;
export type FaultName = Fault['fault'];
export type FaultInput = z.input<typeof faultInputSchema>;

export interface QueuedFault extends Omit<z.output<typeof targetSchema>, 'times'> {
  id: number;
  /** Requests that it will still hit; null: any number. */
  remaining: number | null;
  effect: Fault;
}

/** Reads a fault as the control API takes it: target and effect in one flat object. */
export function parseFault(input: FaultInput): Omit<QueuedFault, 'id'> {
  const { times, ...target } = targetSchema.parse(input);
  return { ...target, remaining: times, effect: effectSchema.parse(input) };
}
