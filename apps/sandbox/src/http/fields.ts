import type { ProviderRequest } from '../endpoint.ts';

export type Fields = Readonly<Record<string, string | undefined>>;

/** The body's fields, or null when it is not `application/x-www-form-urlencoded`. */
export function formFields(request: ProviderRequest): Fields | null {
  if (request.contentType !== 'application/x-www-form-urlencoded') return null;
  return Object.fromEntries(new URLSearchParams(request.body));
}

/** The body's string members, or null when it is not a JSON object sent as `application/json`. */
export function jsonFields(request: ProviderRequest): Fields | null {
  if (request.contentType !== 'application/json') return null;
  try {
    const parsed: unknown = JSON.parse(request.body);
    if (typeof parsed !== 'object' || parsed === null) return null;
    return Object.fromEntries(Object.entries(parsed).filter(([, value]) => typeof value === 'string'));
  } catch {
    return null;
  }
}

/** Whatever fields the body has; for the log, which must not depend on what the provider accepts. */
export function anyFields(request: ProviderRequest): Fields {
  return formFields(request) ?? jsonFields(request) ?? {};
}
