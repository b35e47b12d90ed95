import { roles } from '@latchkey/core/roles.ts';
import type { ServiceToken } from '@latchkey/core/service-tokens';
import { z } from 'zod';
import { listOf, name, time, toTime, toTimeOrNull } from '../schemas.ts';

export const serviceTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(roles),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
    createdAt: time,
  })
  .meta({ id: 'ServiceToken' });

export const serviceTokenList = listOf(serviceTokenSchema);

export const createdSchema = serviceTokenSchema
  .extend({ token: z.string().describe('The value; shown this once.') })
  .meta({ id: 'CreatedServiceToken' });

export const createBody = z.strictObject({
  name,
  role: z.enum(roles),
  expiresAt: z.iso
    .datetime({ offset: true })
    .refine((text) => Date.parse(text) > Date.now(), 'must lie in the future')
    .nullish(),
});

export function serviceTokenBody(token: ServiceToken): z.output<typeof serviceTokenSchema> {
  return {
    id: token.id,
    name: token.name,
    role: token.role,
    expiresAt: toTimeOrNull(token.expiresAt),
    lastUsedAt: toTimeOrNull(token.lastUsedAt),
    createdAt: toTime(token.createdAt),
  };
}
