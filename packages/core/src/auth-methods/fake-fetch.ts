import type { GuardedFetch, OutboundRequest, OutboundResponse } from '../outbound/index.ts';
import { builtInProviders } from '../providers/catalogue.ts';
import type { Provider } from '../providers/index.ts';
import { sandbox } from '../providers/sandbox.ts';
import { Secret } from '../secret.ts';
import type { OAuthClient } from './oauth2.ts';
import { TokenRequestError } from './token-request-error.ts';

/** For tests of this folder: answers as a provider would send them, and a fetch that records what was asked. */

export function answer(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): OutboundResponse {
  const byName = new Map(Object.entries(headers));
  return {
    status,
    headers: { get: (name) => byName.get(name.toLowerCase()) ?? null },
    text: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export interface Recorded extends OutboundRequest {
  readonly allowedHosts: readonly string[] | 'any_public';
}

/** Gives the answers in turn; an Error among them is thrown. */
export function fakeFetch(...answers: (OutboundResponse | Error)[]): {
  fetch: GuardedFetch;
  requests: Recorded[];
} {
  const requests: Recorded[] = [];
  const fetch: GuardedFetch = async (request, allowedHosts) => {
    requests.push({ ...request, allowedHosts });
    const next = answers[requests.length - 1];
    if (next === undefined) throw new Error('No more answers');
    if (next instanceof Error) throw next;
    return next;
  };
  return { fetch, requests };
}

export const client: OAuthClient = {
  mode: 'custom',
  clientId: 'client-id_1.a',
  clientSecret: new Secret('client-secret-1'),
  params: {},
};

export function form(request: Recorded | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request?.body ?? ''));
}

/** What `client` sends as HTTP Basic. */
export const basic = `Basic ${Buffer.from('client-id_1.a:client-secret-1').toString('base64')}`;

/** A built-in provider. */
export function provider(id: string): Provider {
  const found = [...builtInProviders, sandbox].find((each) => each.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

/** What a token request was refused with. */
export async function errorOf(result: Promise<unknown>): Promise<TokenRequestError> {
  const error: unknown = await result.catch((reason: unknown) => reason);
  if (error instanceof TokenRequestError) return error;
  throw new Error('The request was expected to fail', { cause: error });
}
