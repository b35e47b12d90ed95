import type { Sandbox } from '../start-sandbox.ts';
import { basic, callback, json, pairOf, pkce, visit, withQuery } from './browser.ts';
import type { Json } from './browser.ts';

/** An authorization request to the OAuth server, with what is needed to finish it. */
export function authorizationRequest(sandbox: Sandbox, extra: Record<string, string> = {}) {
  const { verifier, challenge } = pkce();
  const url = withQuery(`${sandbox.url}/oidc/auth`, {
    client_id: 'sandbox-sandbox',
    redirect_uri: callback('sandbox'),
    response_type: 'code',
    scope: 'openid profile email files.read',
    state: 'state-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...extra,
  });
  return { url, verifier };
}

export async function tokenRequest(sandbox: Sandbox, fields: Record<string, string>): Promise<Response> {
  return fetch(`${sandbox.url}/oidc/token`, {
    method: 'POST',
    headers: { authorization: basic('sandbox') },
    body: new URLSearchParams(fields),
  });
}

export async function exchange(sandbox: Sandbox, code: string, verifier: string): Promise<Response> {
  return tokenRequest(sandbox, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: callback('sandbox'),
    code_verifier: verifier,
  });
}

export async function refresh(sandbox: Sandbox, refreshToken: string): Promise<Response> {
  return tokenRequest(sandbox, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

/** A whole connection by auto-approval. */
export async function connect(
  sandbox: Sandbox,
): Promise<{ accessToken: string; refreshToken: string; body: Json }> {
  await sandbox.control.updateSettings({ autoApprove: true });
  const { url, verifier } = authorizationRequest(sandbox);
  const { code } = await visit(url);
  const body = await json(await exchange(sandbox, code, verifier));
  return { ...pairOf(body), body };
}
