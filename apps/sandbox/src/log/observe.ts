import type { Answer, ProviderRequest } from '../endpoint.ts';
import { fingerprint } from '../fingerprint.ts';
import { basicCredentials, bearerToken } from '../http/credentials.ts';
import { anyFields } from '../http/fields.ts';
import type { EndpointKind } from '../provider-ids.ts';
import type { Issued, Presented } from './log-entry.ts';

/** What the request puts forward to be recognized by. The body wins over a bearer token. */
export function presentedBy(request: ProviderRequest, endpoint: EndpointKind): Presented | null {
  const fields = anyFields(request);
  if (fields['code'] !== undefined) return presented('code', fields['code']);
  if (fields['refresh_token'] !== undefined) return presented('refresh_token', fields['refresh_token']);
  if (fields['token'] !== undefined) return presented('token', fields['token']);
  const bearer = bearerToken(request);
  if (bearer === null) return null;
  return presented(endpoint === 'key_check' ? 'api_key' : 'access_token', bearer);
}

export function clientIdOf(request: ProviderRequest): string | null {
  return (
    basicCredentials(request)?.clientId ??
    anyFields(request)['client_id'] ??
    request.query.get('client_id') ??
    null
  );
}

/** Fingerprints of the tokens in an answer; null when there are none. */
export function issuedBy(answer: Answer): Issued | null {
  const code = redirectParameter(answer, 'code');
  const { access_token: accessToken, refresh_token: refreshToken } = members(answer.body);
  const issued = { code: print(code), accessToken: print(accessToken), refreshToken: print(refreshToken) };
  return Object.values(issued).every((value) => value === null) ? null : issued;
}

/** The provider's own word for what went wrong; null when nothing did. */
export function errorOf(answer: Answer): string | null {
  const fromRedirect = redirectParameter(answer, 'error');
  if (fromRedirect !== undefined) return fromRedirect;
  const body = members(answer.body);
  const nested = members(body['error']);
  const candidates = [
    body['error'],
    nested['status'],
    nested['code'],
    nested['.tag'],
    body['name'],
    body['code'],
  ];
  const named = candidates.find((candidate) => typeof candidate === 'string');
  if (answer.status < 400) return typeof body['error'] === 'string' ? body['error'] : null;
  return typeof named === 'string' ? named : `http_${answer.status}`;
}

function presented(kind: Presented['kind'], token: string): Presented {
  return { kind, fingerprint: fingerprint(token) };
}

function print(token: unknown): string | null {
  return typeof token === 'string' ? fingerprint(token) : null;
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function redirectParameter(answer: Answer, name: string): string | undefined {
  const location = answer.headers?.['location'];
  return location === undefined ? undefined : (URL.parse(location)?.searchParams.get(name) ?? undefined);
}
