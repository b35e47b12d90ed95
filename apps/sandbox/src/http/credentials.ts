import type { ProviderRequest } from '../endpoint.ts';
import { anyFields } from './fields.ts';

/** The bearer token of the request (RFC 6750 section 2.1); an empty one counts as none. */
export function bearerToken(request: ProviderRequest): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

/** HTTP Basic with form-encoded parts (RFC 6749 section 2.3.1); null when absent or malformed. */
export function basicCredentials(request: ProviderRequest): ClientCredentials | null {
  const encoded = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return null;
  return {
    clientId: formDecode(decoded.slice(0, colon)),
    clientSecret: formDecode(decoded.slice(colon + 1)),
  };
}

export type ClientAuthentication = 'basic' | 'body' | 'basic+body' | 'bearer' | 'none';

/** Which client authentication the request carries, right or wrong. */
export function clientAuthenticationOf(request: ProviderRequest): ClientAuthentication {
  const basic = basicCredentials(request) !== null;
  const body = anyFields(request)['client_secret'] !== undefined;
  if (basic && body) return 'basic+body';
  if (basic) return 'basic';
  if (body) return 'body';
  return bearerToken(request) === null ? 'none' : 'bearer';
}

function formDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
