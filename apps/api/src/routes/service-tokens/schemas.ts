import { fieldRules } from '@latchkey/core/field-rules.ts';
import { roles } from '@latchkey/core/roles.ts';
import type { Secret } from '@latchkey/core/secret.ts';
import { parseNetwork, type ServiceToken } from '@latchkey/core/service-tokens';
import { z } from 'zod';
import { listOf, name, time, toTime, toTimeOrNull } from '../schemas.ts';

export const serviceTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(roles),
    owner: z.string().nullable().describe('The person as whom it acts; null: nobody’s.'),
    allowedAddresses: z.array(z.string()).nullable().describe('Networks that it may come from; null: any.'),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
    rotatedAt: time.nullable(),
    previousValidUntil: time
      .nullable()
      .describe('Until when a value before the last rotation still works; null: none does.'),
    createdAt: time,
  })
  .meta({ id: 'ServiceToken' });

export const serviceTokenList = listOf(serviceTokenSchema);

export const createdSchema = serviceTokenSchema
  .extend({ token: z.string().describe('The value; shown this once.') })
  .meta({ id: 'CreatedServiceToken' });

/** RFC 3339 has four digits for the year: what lies beyond could be stored, and never be shown. */
const lastTime = Date.parse('9999-12-31T23:59:59.999Z');

const expiresAt = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) <= lastTime, fieldRules.before_10000)
  .nullish();

const allowedAddresses = z
  .array(
    z
      .string()
      .max(100)
      .transform((text, check) => {
        const network = parseNetwork(text);
        if (network !== null) return network;
        check.addIssue({ code: 'custom', message: fieldRules.network });
        return z.NEVER;
      }),
  )
  .min(1)
  .max(50)
  .nullish()
  .describe('Networks in CIDR notation, or addresses; null: any.');

export const createBody = z.strictObject({
  name,
  role: z.enum(roles),
  expiresAt,
  allowedAddresses,
  personal: z
    .boolean()
    .optional()
    .describe(
      'It acts as the person who makes it, who must be signed in: what is private to them is open to it.',
    ),
});

export const updateBody = z
  .strictObject({ name: name.optional(), expiresAt, allowedAddresses })
  .describe('An omitted member keeps its value.');

export const rotateBody = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .optional()
      .describe('How long values before it still work; a day when absent.'),
  })
  .nullish();

export function serviceTokenBody(token: ServiceToken): z.output<typeof serviceTokenSchema> {
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    owner: token.owner,
    allowedAddresses: token.allowedAddresses === null ? null : [...token.allowedAddresses],
    expiresAt: toTimeOrNull(token.expiresAt),
    lastUsedAt: toTimeOrNull(token.lastUsedAt),
    rotatedAt: toTimeOrNull(token.rotatedAt),
    previousValidUntil: toTimeOrNull(token.previousValidUntil),
    createdAt: toTime(token.createdAt),
  };
}

/** The one answer that has the value. */
export function createdBody({
  value,
  ...token
}: ServiceToken & { value: Secret }): z.output<typeof createdSchema> {
  return { ...serviceTokenBody(token), token: value.reveal() };
}
