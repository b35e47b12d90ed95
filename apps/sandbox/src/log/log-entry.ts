import { z } from 'zod';
import type { ClientAuthentication } from '../http/credentials.ts';
import { endpointKindSchema, providerIdSchema } from '../provider-ids.ts';
import type { EndpointKind, ProviderId } from '../provider-ids.ts';

export interface Presented {
  kind: 'code' | 'refresh_token' | 'access_token' | 'api_key' | 'token';
  fingerprint: string;
}

/** Fingerprints of what the provider issued, whether or not the answer arrived. */
export interface Issued {
  code: string | null;
  accessToken: string | null;
  refreshToken: string | null;
}

/**
 * One request, as the provider saw it. Ticks are a counter shared by arrivals and ends: they order what
 * milliseconds cannot. Times are ISO 8601 UTC.
 */
export interface LogEntry {
  sequence: number;
  provider: ProviderId;
  endpoint: EndpointKind;
  method: string;
  route: string;
  clientId: string | null;
  grantId: string | null;
  clientAuthentication: ClientAuthentication;
  contentType: string | null;
  presented: Presented | null;
  issued: Issued | null;
  arrivedAt: string;
  arrivedTick: number;
  /** When the provider's state changed; null when it did not. */
  committedAt: string | null;
  committed: boolean;
  /** When the last byte was handed to the connection; null when that never happened. */
  answeredAt: string | null;
  delivered: boolean;
  /** When the provider was done with the request: answered, reset, or given up by the caller. */
  endedAt: string | null;
  endedTick: number | null;
  status: number | null;
  error: string | null;
  outcome: 'pending' | 'succeeded' | 'failed' | 'no_answer';
  faults: string[];
}

export const logQuerySchema = z
  .object({
    provider: providerIdSchema.optional(),
    /** `token` means both token kinds. */
    endpoint: z.union([endpointKindSchema, z.literal('token')]).optional(),
    /** Only entries with a higher sequence number. */
    after: z.coerce.number().int().nonnegative().optional(),
    grantId: z.string().optional(),
  })
  .strict();

export type LogQuery = z.input<typeof logQuerySchema>;
