import type {
  Credential,
  CredentialAndAuthorization,
  CredentialInFull,
  Page,
  QueuedAuthorization,
} from '@latchkey/api/answers.ts';
import { call, type Query } from './call.ts';

const one = (id: string) => `/v1/credentials/${encodeURIComponent(id)}`;

export function listCredentials(query: Query, signal?: AbortSignal): Promise<Page<Credential>> {
  return call('GET', '/v1/credentials', { query, signal });
}

export function getCredential(id: string, signal?: AbortSignal): Promise<CredentialInFull> {
  return call('GET', one(id), { signal });
}

export interface KeyInput {
  readonly provider: string;
  readonly name?: string;
  readonly fields: Readonly<Record<string, string>>;
}

export function addKey(input: KeyInput): Promise<CredentialAndAuthorization> {
  return call('POST', '/v1/credentials', { body: input });
}

export interface CredentialChange {
  readonly name?: string;
  readonly isDefault?: boolean;
  /** A field that is left out keeps its value. */
  readonly fields?: Readonly<Record<string, string>>;
}

export function updateCredential(
  id: string,
  change: CredentialChange,
): Promise<Credential | CredentialAndAuthorization> {
  return call('PATCH', one(id), { body: change });
}

export function validateCredential(id: string): Promise<QueuedAuthorization> {
  return call('POST', `${one(id)}/validate`);
}

export function refreshCredential(id: string): Promise<QueuedAuthorization> {
  return call('POST', `${one(id)}/refresh`);
}

/** @param force also when it was leased in the last 24 hours */
export function deleteCredential(id: string, force: boolean): Promise<QueuedAuthorization> {
  return call('DELETE', one(id), { query: { force } });
}
