import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import {
  at,
  callback,
  json,
  pairOf,
  pkce,
  postForm,
  redirectOf,
  submitForm,
  visit,
  withQuery,
} from '../testing/browser.ts';
import type { Json } from '../testing/browser.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
  await sandbox.control.updateSettings({ autoApprove: true });
});
afterAll(async () => sandbox.close());

const api = 'https://www.googleapis.com/auth/';
const scope = `${api}drive.readonly ${api}userinfo.profile ${api}userinfo.email`;
const token = async (fields: Record<string, string>): Promise<Response> =>
  postForm(at(sandbox, 'https://oauth2.googleapis.com/token'), 'google_drive', fields);

function request(extra: Record<string, string> = {}) {
  const { verifier, challenge } = pkce();
  const query = {
    client_id: 'sandbox-google_drive',
    redirect_uri: callback('google_drive'),
    response_type: 'code',
    scope,
    access_type: 'offline',
    prompt: 'consent',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...extra,
  };
  return { verifier, url: withQuery(at(sandbox, 'https://accounts.google.com/o/oauth2/v2/auth'), query) };
}

const exchange = async (
  code: string,
  verifier: string,
  redirectUri = callback('google_drive'),
): Promise<Json> =>
  json(
    await token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  );

const connect = async (extra?: Record<string, string>): Promise<Json> => {
  const { url, verifier } = request(extra);
  return exchange((await visit(url)).code, verifier);
};

test('a connection has a refresh token, an hour, and all scopes', async () => {
  const body = await connect();
  expect(body).toMatchObject({ expires_in: 3599, scope, refresh_token: expect.any(String) });
  const response = await fetch(at(sandbox, 'https://www.googleapis.com/oauth2/v2/userinfo'), {
    headers: { authorization: `Bearer ${pairOf(body).accessToken}` },
  });
  expect(await json(response)).toMatchObject({
    id: 'google-ada',
    name: 'Ada Lovelace',
    email: 'ada@sandbox.test',
  });
});

test.each([{ access_type: 'online' }, { prompt: 'none' }])('%o gives no refresh token', async (extra) => {
  expect(await connect(extra)).not.toHaveProperty('refresh_token');
});

test('a refresh returns no refresh token and the old one goes on working', async () => {
  const { refreshToken } = pairOf(await connect());
  for (let turn = 0; turn < 2; turn += 1) {
    const answer = await json(await token({ grant_type: 'refresh_token', refresh_token: refreshToken }));
    expect(answer).toMatchObject({ access_token: expect.any(String) });
    expect(answer).not.toHaveProperty('refresh_token');
  }
});

test('a missing or wrong code verifier, or another redirect URI, is refused and the code survives', async () => {
  const { url, verifier } = request();
  const { code } = await visit(url);
  expect(await exchange(code, 'x'.repeat(43))).toMatchObject({ error: 'invalid_grant' });
  const without = { grant_type: 'authorization_code', code, redirect_uri: callback('google_drive') };
  expect(await json(await token(without))).toMatchObject({ error_description: 'Missing code verifier.' });
  expect(await exchange(code, verifier, 'http://localhost:3001/oauth/callback/google_drive')).toMatchObject({
    error: 'redirect_uri_mismatch',
  });
  expect(await exchange(code, verifier)).toHaveProperty('access_token');
});

test('a scope unticked on the consent page is missing from the answer', async () => {
  await sandbox.control.updateSettings({ autoApprove: false });
  const { url, verifier } = request();
  const html = await (await fetch(url)).text();
  await sandbox.control.updateSettings({ autoApprove: true });
  const form = { decision: 'allow', account: 'ada', granular: '1', scope: `${api}userinfo.email` };
  const { code } = redirectOf(await submitForm(html, form));
  expect(await exchange(code, verifier)).toMatchObject({ scope: `${api}userinfo.email` });
});

test('revoking works once, then the token is unknown', async () => {
  const { refreshToken } = pairOf(await connect());
  const revoke = async (): Promise<Response> =>
    postForm(at(sandbox, 'https://oauth2.googleapis.com/revoke'), 'google_drive', { token: refreshToken });
  expect((await revoke()).status).toBe(200);
  expect(await json(await revoke())).toMatchObject({ error: 'invalid_token' });
  const refreshed = await token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  expect(await json(refreshed)).toMatchObject({ error: 'invalid_grant' });
});

test('a wrong client secret is invalid_client', async () => {
  const response = await token({ client_secret: 'wrong', grant_type: 'refresh_token', refresh_token: 'x' });
  expect(response.status).toBe(401);
  expect(await json(response)).toMatchObject({ error: 'invalid_client' });
});
