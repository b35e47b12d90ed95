import type { Lease } from '@latchkey/core/leases';
import { z } from 'zod';
import { identifier, line, time, toTimeOrNull } from '../schemas.ts';

const leaseBase = z.object({ leaseId: z.string(), credentialId: z.string(), provider: z.string() });

export const leaseSchema = z
  .discriminatedUnion('type', [
    leaseBase.extend({
      type: z.literal('oauth2'),
      accessToken: z.string(),
      tokenType: z.string(),
      expiresAt: time.nullable(),
      scopes: z.array(z.string()),
    }),
    leaseBase.extend({ type: z.literal('api_key'), fields: z.record(z.string(), z.string()) }),
  ])
  .meta({
    id: 'Lease',
    description: 'What a pipeline run is handed. Never a refresh token or a client secret.',
  });

const runLabel = line.max(200).nullish();

export const leaseInput = z.strictObject({
  provider: identifier,
  credentialId: identifier.nullish().describe("The provider's default credential when absent."),
  minTtlSeconds: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(60)
    .describe('How long the token must still be good.'),
  waitSeconds: z.number().min(0).max(60).default(10).describe('How long to wait for a refresh.'),
  runId: runLabel,
  nodeId: runLabel,
});

export const reportInput = z.strictObject({
  outcome: z.literal('rejected'),
  status: z.number().int().min(100).max(599),
});

/** The one place where secrets leave Latchkey. */
export function leaseBody(lease: Lease): z.output<typeof leaseSchema> {
  const { leaseId, credentialId, provider } = lease;
  if (lease.type === 'api_key') {
    const fields = Object.entries(lease.fields).map(([name, secret]) => [name, secret.reveal()] as const);
    return { leaseId, credentialId, provider, type: 'api_key', fields: Object.fromEntries(fields) };
  }
  return {
    leaseId,
    credentialId,
    provider,
    type: 'oauth2',
    accessToken: lease.accessToken.reveal(),
    tokenType: lease.tokenType,
    expiresAt: toTimeOrNull(lease.expiresAt),
    scopes: [...lease.scopes],
  };
}
