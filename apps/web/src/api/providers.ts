import type { OAuthClient, Page, Provider } from '@latchkey/api/answers.ts';
import { call } from './call.ts';

export function listProviders(signal?: AbortSignal): Promise<Page<Provider>> {
  return call('GET', '/v1/providers', { signal });
}

export function getOAuthClient(provider: string, signal?: AbortSignal): Promise<OAuthClient> {
  return call('GET', `/v1/providers/${provider}/oauth-client`, { signal });
}

export interface OAuthClientInput {
  readonly clientId: string;
  /** Absent: the stored one stays. */
  readonly clientSecret?: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly enabled?: boolean;
}

export function setOAuthClient(provider: string, input: OAuthClientInput): Promise<OAuthClient> {
  return call('PUT', `/v1/providers/${provider}/oauth-client`, { body: input });
}

export function removeOAuthClient(provider: string): Promise<void> {
  return call('DELETE', `/v1/providers/${provider}/oauth-client`);
}
