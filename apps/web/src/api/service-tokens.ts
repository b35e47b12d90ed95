import type { CreatedServiceToken, Page, ServiceToken } from '@latchkey/api/answers.ts';
import { call } from './call.ts';

const one = (id: string) => `/v1/service-tokens/${encodeURIComponent(id)}`;

export function listServiceTokens(cursor: string | null, signal?: AbortSignal): Promise<Page<ServiceToken>> {
  return call('GET', '/v1/service-tokens', { query: { cursor, limit: 200 }, signal });
}

export interface ServiceTokenInput {
  readonly name: string;
  readonly role: ServiceToken['role'];
  /** ISO 8601; null: it does not expire. */
  readonly expiresAt: string | null;
  /** Null: it may come from anywhere. */
  readonly allowedAddresses: readonly string[] | null;
  readonly personal: boolean;
}

/** The only answer, beside the one of a rotation, that has the value. */
export function createServiceToken(input: ServiceTokenInput): Promise<CreatedServiceToken> {
  return call('POST', '/v1/service-tokens', { body: input });
}

export type ServiceTokenChange = Pick<ServiceTokenInput, 'name' | 'expiresAt' | 'allowedAddresses'>;

export function updateServiceToken(id: string, change: Partial<ServiceTokenChange>): Promise<ServiceToken> {
  return call('PATCH', one(id), { body: change });
}

/** @param overlapSeconds how long the value before it still works */
export function rotateServiceToken(id: string, overlapSeconds: number): Promise<CreatedServiceToken> {
  return call('POST', `${one(id)}/rotate`, { body: { overlapSeconds } });
}

export function revokeServiceToken(id: string): Promise<void> {
  return call('DELETE', one(id));
}
