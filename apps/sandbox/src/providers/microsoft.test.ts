import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { at, callback, json, pairOf, pkce, postForm, visit, withQuery } from '../testing/browser.ts';
import type { Json } from '../testing/browser.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
  await sandbox.control.updateSettings({ autoApprove: true });
});
afterAll(async () => sandbox.close());

const scope = 'offline_access User.Read Files.Read';
const login = (tenant: string, leg: string): string =>
  at(sandbox, `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/${leg}`);

const token = async (fields: Record<string, string>, tenant = 'organizations'): Promise<Json> =>
  json(await postForm(login(tenant, 'token'), 'onedrive', fields));

async function connect(change: { scope?: string; tenant?: string } = {}): Promise<Json> {
  const { verifier, challenge } = pkce();
  const query = {
    client_id: 'sandbox-onedrive',
    redirect_uri: callback('onedrive'),
    response_type: 'code',
    response_mode: 'query',
    scope: change.scope ?? scope,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  const { code } = await visit(withQuery(login('organizations', 'authorize'), query));
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: callback('onedrive'),
    code_verifier: verifier,
    scope,
  };
  return token(fields, change.tenant);
}

test('a connection lists the scopes without offline_access and describes the user', async () => {
  const body = await connect();
  expect(body).toMatchObject({ expires_in: 3599, scope: 'User.Read Files.Read' });
  const response = await fetch(at(sandbox, 'https://graph.microsoft.com/v1.0/me'), {
    headers: { authorization: `Bearer ${pairOf(body).accessToken}` },
  });
  expect(await json(response)).toMatchObject({
    displayName: 'Ada Lovelace',
    userPrincipalName: 'ada@sandbox.test',
  });
});

test('every refresh brings a new refresh token and the old one goes on working', async () => {
  const first = pairOf(await connect());
  const fields = { grant_type: 'refresh_token', refresh_token: first.refreshToken, scope };
  const second = pairOf(await token(fields));
  const third = pairOf(await token(fields));
  expect(new Set([first.refreshToken, second.refreshToken, third.refreshToken]).size).toBe(3);
  expect(await token({ ...fields, refresh_token: second.refreshToken })).toHaveProperty('access_token');
});

test('without offline_access there is no refresh token', async () => {
  expect(await connect({ scope: 'User.Read' })).not.toHaveProperty('refresh_token');
});

test('scope is required again at the token endpoint', async () => {
  const { refreshToken } = pairOf(await connect());
  expect(await token({ grant_type: 'refresh_token', refresh_token: refreshToken })).toMatchObject({
    error: 'invalid_request',
    error_codes: [900_144],
  });
});

test('a code of one tenant is not exchanged at another', async () => {
  expect(await connect({ tenant: 'common' })).toMatchObject({ error: 'invalid_grant' });
});

test('an unknown tenant is refused', async () => {
  expect(await token({ grant_type: 'refresh_token', scope }, 'nonsense')).toMatchObject({
    error_codes: [90_002],
  });
});

test('a wrong client secret is invalid_client with its AADSTS number', async () => {
  expect(await token({ client_secret: 'wrong', grant_type: 'refresh_token', scope })).toMatchObject({
    error: 'invalid_client',
    error_codes: [7_000_215],
  });
});

test('a person without a photo is 404', async () => {
  expect((await fetch(at(sandbox, 'https://graph.microsoft.com/v1.0/me/photo/$value'))).status).toBe(404);
});
