import { createHash, randomBytes } from 'node:crypto';
import type { Sandbox } from '../start-sandbox.ts';

/** A redirect's parameters, as the callback would see them. */
export interface Redirect {
  url: string;
  code: string;
  state: string | null;
  error: string | null;
  iss: string | null;
}

/** Goes to an authorization URL and takes the one redirect that auto-approval answers with. */
export async function visit(url: string): Promise<Redirect> {
  return redirectOf(await fetch(url, { redirect: 'manual' }));
}

/** Fills in the consent form of an authorization page as a person would. */
export async function submitForm(page: string, fields: Record<string, string>): Promise<Response> {
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
  return fetch(action, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
}

export function redirectOf(response: Response): Redirect {
  const url = new URL(response.headers.get('location') ?? `error:status-${response.status}`);
  const get = (name: string): string | null => url.searchParams.get(name);
  return {
    url: url.href,
    code: get('code') ?? '',
    state: get('state'),
    error: get('error'),
    iss: get('iss'),
  };
}

export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export function withQuery(url: string, query: Record<string, string>): string {
  return `${url}?${new URLSearchParams(query).toString()}`;
}

export function basic(provider: string): string {
  return `Basic ${Buffer.from(`sandbox-${provider}:sandbox-${provider}-secret`).toString('base64')}`;
}

/** Posts a form with a default client's credentials in the body. */
export async function postForm(
  url: string,
  provider: string,
  fields: Record<string, string>,
): Promise<Response> {
  const client = { client_id: `sandbox-${provider}`, client_secret: `sandbox-${provider}-secret` };
  return fetch(url, { method: 'POST', body: new URLSearchParams({ ...client, ...fields }) });
}

/** Where a real origin is to be found in this sandbox. */
export function at(sandbox: Sandbox, realUrl: string): string {
  const { origin, pathname } = new URL(realUrl);
  return `${sandbox.overrides[origin] ?? 'no-such-origin:'}${pathname}`;
}

export const callback = (provider: string): string => `http://localhost:3000/oauth/callback/${provider}`;

export type Json = Record<string, unknown>;

export async function json(response: Response): Promise<Json> {
  const body: Json = JSON.parse(await response.text());
  return body;
}

/** The access and refresh token of an answer, failing loudly when one is not there. */
export function pairOf(body: Json): { accessToken: string; refreshToken: string } {
  const { access_token: accessToken, refresh_token: refreshToken } = body;
  if (typeof accessToken !== 'string' || typeof refreshToken !== 'string') {
    throw new Error(`expected a pair, got ${JSON.stringify(Object.keys(body))} ${String(body['error'])}`);
  }
  return { accessToken, refreshToken };
}
