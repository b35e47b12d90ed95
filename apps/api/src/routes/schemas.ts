import { problems, type ProblemCode } from '@latchkey/core/errors.ts';
import { fieldRules, type FieldRule } from '@latchkey/core/field-rules.ts';
import { z } from 'zod';

/** A time as it leaves Latchkey: ISO 8601, UTC. */
export const time = z.iso.datetime();

export function toTime(date: Date): string {
  return date.toISOString();
}

export function toTimeOrNull(date: Date | null): string | null {
  return date === null ? null : toTime(date);
}

/** An id, or a provider's; whether it exists is for the use case to say. */
export const identifier = z.string().regex(/^[\w-]{1,100}$/, fieldRules.id);

/**
 * A line that people write. Control characters have no place in logs, and PostgreSQL refuses some of them, as it does
 * halves of surrogate pairs in JSON.
 */
export const line = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u, fieldRules.one_line);

export const name = line.max(200).refine((text) => text.trim().length >= 1 && text.trim().length <= 100, {
  message: fieldRules.name_length,
});

export const byId = z.object({ id: identifier });

const limit = z.coerce.number().int().min(1).max(200).default(50).describe('Items per page.');

export const pageQuery = z.object({
  cursor: identifier.optional().describe('`nextCursor` of the page before.'),
  limit,
});

/** The number of an event or audit entry, zero-padded or not, as far as JavaScript counts without error. */
export const sequence = /^(?=.{1,20}$)0*\d{1,15}$/;

/** Of lists that are read on from a sequence number. */
export const afterQuery = z.object({
  after: z
    .string()
    .regex(sequence, 'must be a sequence of digits')
    .optional()
    .describe('Read on after this sequence.'),
  limit,
});

/** Which end of a log comes first; `after` goes on in that order. */
export const order = z
  .enum(['asc', 'desc'])
  .default('asc')
  .describe('`desc`: newest first, and `after` goes on to older ones.');

const anyTime = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** A range of time, for lists and exports. */
export const timeRange = {
  from: anyTime.optional().describe('At or after this time.'),
  to: anyTime.optional().describe('Before this time.'),
};

/** `wait` of a long poll. */
export const waitSeconds = z.coerce
  .number()
  .min(0)
  .max(60)
  .default(0)
  .describe('Seconds to wait for a change.');

/** `true` or `false` in a query. */
export const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .transform((text) => text !== 'false' && text !== '0');

export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          path: z.string(),
          code: z.enum(Object.keys(fieldRules) as [FieldRule, ...FieldRule[]]),
          message: z.string(),
          values: z
            .record(z.string(), z.union([z.string(), z.number()]))
            .optional()
            .describe('What the rule asks for, such as `max`.'),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

/** Every operation may answer with a problem. */
export const orProblem = {
  default: { description: 'A problem', content: { 'application/problem+json': { schema: problemSchema } } },
};

/** The header that makes a POST safe to repeat. */
export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .optional()
    .describe(
      '1 to 255 visible characters; the same key with the same request gets the stored answer for 24 hours.',
    ),
});
