import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { at, basic, callback, json, pairOf, pkce, postForm, visit, withQuery } from '../testing/browser.ts';
import type { Json } from '../testing/browser.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
  await sandbox.control.updateSettings({ autoApprove: true });
});
afterAll(async () => sandbox.close());

const tokenUrl = (): string => at(sandbox, 'https://api.dropboxapi.com/oauth2/token');

async function connect(extra: Record<string, string> = {}): Promise<Json> {
  const { verifier, challenge } = pkce();
  const query = {
    client_id: 'sandbox-dropbox',
    redirect_uri: callback('dropbox'),
    response_type: 'code',
    token_access_type: 'offline',
    scope: 'account_info.read files.metadata.read',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...extra,
  };
  const { code } = await visit(withQuery(at(sandbox, 'https://www.dropbox.com/oauth2/authorize'), query));
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: callback('dropbox'),
    code_verifier: verifier,
  };
  return json(await postForm(tokenUrl(), 'dropbox', fields));
}

const call = async (path: string, accessToken: string, body?: string): Promise<Response> =>
  fetch(at(sandbox, `https://api.dropboxapi.com/2/${path}`), {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
    ...(body === undefined ? {} : { body }),
  });

test('an offline connection answers with account, scope and four hours', async () => {
  expect(await connect()).toMatchObject({
    expires_in: 14_400,
    account_id: 'dbid:ada',
    scope: 'account_info.read files.metadata.read',
    refresh_token: expect.any(String),
  });
});

test('without token_access_type=offline there is no refresh token', async () => {
  expect(await connect({ token_access_type: 'online' })).not.toHaveProperty('refresh_token');
});

test('a refresh by HTTP Basic works again and again with the same token', async () => {
  const { refreshToken } = pairOf(await connect());
  for (let turn = 0; turn < 2; turn += 1) {
    const response = await fetch(tokenUrl(), {
      method: 'POST',
      headers: { authorization: basic('dropbox') },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    });
    const answer = await json(response);
    expect(answer).toMatchObject({ access_token: expect.stringMatching(/^sl\./) });
    expect(answer).not.toHaveProperty('refresh_token');
  }
});

test('the user call takes no body', async () => {
  const { accessToken } = pairOf(await connect());
  expect(await json(await call('users/get_current_account', accessToken))).toMatchObject({
    account_id: 'dbid:ada',
    name: { display_name: 'Ada Lovelace' },
  });
  expect((await call('users/get_current_account', accessToken, '{}')).status).toBe(400);
});

test('an expired access token is told apart from a missing scope', async () => {
  const unscoped = pairOf(await connect({ scope: 'files.metadata.read' }));
  expect(await json(await call('users/get_current_account', unscoped.accessToken))).toMatchObject({
    error: { '.tag': 'missing_scope' },
  });
  await sandbox.control.expireAccessTokens({ provider: 'dropbox' });
  expect(await json(await call('users/get_current_account', unscoped.accessToken))).toMatchObject({
    error: { '.tag': 'expired_access_token' },
  });
});

test('revoking with the access token ends the refresh token', async () => {
  const { accessToken, refreshToken } = pairOf(await connect());
  expect((await call('auth/token/revoke', accessToken)).status).toBe(200);
  const response = await postForm(tokenUrl(), 'dropbox', {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
  expect(response.status).toBe(400);
  expect(await json(response)).toMatchObject({ error: 'invalid_grant' });
});

test('a wrong client secret is invalid_client with status 400', async () => {
  const response = await postForm(tokenUrl(), 'dropbox', {
    client_secret: 'wrong',
    grant_type: 'refresh_token',
  });
  expect(response.status).toBe(400);
  expect(await json(response)).toMatchObject({ error: 'invalid_client' });
});
