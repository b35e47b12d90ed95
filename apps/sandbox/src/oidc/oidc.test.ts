import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { json, pairOf, redirectOf, submitForm, visit, withQuery } from '../testing/browser.ts';
import { authorizationRequest, connect, exchange, refresh, tokenRequest } from '../testing/oidc-flow.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(async () => sandbox.close());
beforeEach(async () => {
  await sandbox.control.updateSettings({ autoApprove: true, accessTokenTtlSeconds: { sandbox: 120 } });
});

const userinfo = async (accessToken: string): Promise<Response> =>
  fetch(`${sandbox.url}/oidc/me`, { headers: { authorization: `Bearer ${accessToken}` } });

describe('authorization', () => {
  test('auto-approval answers with one redirect that carries code, state and issuer', async () => {
    const redirect = await visit(authorizationRequest(sandbox).url);
    expect(redirect).toMatchObject({ state: 'state-1', error: null, iss: `${sandbox.url}/oidc` });
    expect(redirect.code).not.toBe('');
  });

  test('login_hint picks the account', async () => {
    const { url, verifier } = authorizationRequest(sandbox, { login_hint: 'alan' });
    const { code } = await visit(url);
    const { accessToken } = pairOf(await json(await exchange(sandbox, code, verifier)));
    expect(await json(await userinfo(accessToken))).toMatchObject({
      sub: 'alan',
      name: 'Alan Turing',
      email: 'alan@sandbox.test',
      picture: expect.stringMatching(/^data:image\/svg/),
    });
  });

  test('the consent form connects the chosen account without any cookie', async () => {
    await sandbox.control.updateSettings({ autoApprove: false });
    const { url, verifier } = authorizationRequest(sandbox);
    const page = await fetch(url);
    expect(page.headers.getSetCookie()).toEqual([]);
    const html = await page.text();
    expect(html).toContain('Allow access');
    const { code } = redirectOf(await submitForm(html, { account: 'grace', decision: 'allow' }));
    const { accessToken } = pairOf(await json(await exchange(sandbox, code, verifier)));
    expect(await json(await userinfo(accessToken))).toMatchObject({ name: 'Grace Hopper' });
  });

  test('a consent form works once', async () => {
    await sandbox.control.updateSettings({ autoApprove: false });
    const html = await (await fetch(authorizationRequest(sandbox).url)).text();
    await submitForm(html, { decision: 'allow' });
    expect((await submitForm(html, { decision: 'allow' })).status).toBe(410);
  });

  test('denying goes back with access_denied and the state', async () => {
    await sandbox.control.updateSettings({ autoApprove: false });
    const html = await (await fetch(authorizationRequest(sandbox).url)).text();
    const redirect = redirectOf(await submitForm(html, { decision: 'deny' }));
    expect(redirect).toMatchObject({ error: 'access_denied', state: 'state-1', iss: `${sandbox.url}/oidc` });
  });

  test('a request without PKCE is refused', async () => {
    const url = new URL(authorizationRequest(sandbox).url);
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    expect((await visit(url.href)).error).toBe('invalid_request');
  });

  test('a redirect URI that is not the callback never gets a redirect', async () => {
    const response = await fetch(
      authorizationRequest(sandbox, { redirect_uri: 'http://localhost:1/else' }).url,
    );
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('redirect_uri');
  });
});

describe('tokens', () => {
  test('a wrong verifier gets invalid_grant', async () => {
    const { code } = await visit(authorizationRequest(sandbox).url);
    const response = await exchange(sandbox, code, 'x'.repeat(43));
    expect(response.status).toBe(400);
    expect(await json(response)).toMatchObject({ error: 'invalid_grant' });
  });

  test('a refresh rotates the refresh token', async () => {
    const first = await connect(sandbox);
    const second = pairOf(await json(await refresh(sandbox, first.refreshToken)));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await userinfo(second.accessToken)).status).toBe(200);
  });

  test('replaying a refresh token revokes the whole grant, the newest tokens too', async () => {
    const first = await connect(sandbox);
    const second = pairOf(await json(await refresh(sandbox, first.refreshToken)));
    expect(await json(await refresh(sandbox, first.refreshToken))).toMatchObject({ error: 'invalid_grant' });
    expect(await json(await refresh(sandbox, second.refreshToken))).toMatchObject({ error: 'invalid_grant' });
    expect((await userinfo(second.accessToken)).status).toBe(401);
  });

  test('of ten refreshes at once one succeeds and even its token is dead afterwards', async () => {
    const { refreshToken } = await connect(sandbox);
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => json(await refresh(sandbox, refreshToken))),
    );
    const winners = answers.filter((answer) => answer['error'] === undefined);
    expect(winners).toHaveLength(1);
    const [winner = {}] = winners;
    expect(await json(await refresh(sandbox, pairOf(winner).refreshToken))).toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('two connections of one account have grants of their own', async () => {
    const one = await connect(sandbox);
    const two = await connect(sandbox);
    await refresh(sandbox, one.refreshToken);
    await refresh(sandbox, one.refreshToken);
    expect((await refresh(sandbox, two.refreshToken)).status).toBe(200);
  });

  test('the lifetime of access tokens follows the settings', async () => {
    await sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 7 } });
    expect((await connect(sandbox)).body['expires_in']).toBe(7);
  });

  test('revoking the refresh token ends the access token', async () => {
    const { accessToken, refreshToken } = await connect(sandbox);
    const body = { token: refreshToken, client_id: 'sandbox-sandbox' };
    const response = await fetch(`${sandbox.url}/oidc/token/revocation`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('sandbox-sandbox:sandbox-sandbox-secret')}` },
      body: new URLSearchParams(body),
    });
    expect(response.status).toBe(200);
    expect((await userinfo(accessToken)).status).toBe(401);
    const [entry] = (await sandbox.control.log({ endpoint: 'revoke' })).slice(-1);
    expect(entry).toMatchObject({ committed: true, outcome: 'succeeded', grantId: expect.any(String) });
  });

  test('a wrong client secret gets invalid_client', async () => {
    const response = await fetch(`${sandbox.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('sandbox-sandbox:wrong')}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }),
    });
    expect(response.status).toBe(401);
    expect(await json(response)).toMatchObject({ error: 'invalid_client' });
  });

  test('a client registered at run time works with its exact redirect URI', async () => {
    const redirectUris = ['https://latchkey.test/oauth/callback/sandbox'];
    await sandbox.control.registerClient({
      provider: 'sandbox',
      clientId: 'own',
      clientSecret: 'own-secret',
      redirectUris,
    });
    const { url } = authorizationRequest(sandbox, { client_id: 'own', redirect_uri: redirectUris[0] ?? '' });
    expect((await visit(url)).url).toContain('https://latchkey.test/oauth/callback/sandbox?code=');
  });
});

describe('operator sign-in', () => {
  test('the console gets an ID token with name and e-mail, on any loopback port', async () => {
    const redirectUri = 'http://127.0.0.1:43117/auth/callback';
    const { code } = await visit(
      withQuery(`${sandbox.url}/oidc/auth`, {
        client_id: 'console',
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid profile email',
        nonce: 'n-1',
      }),
    );
    const response = await fetch(`${sandbox.url}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('console:console-secret')}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
    });
    const [, payload = ''] = String((await json(response))['id_token']).split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      iss: `${sandbox.url}/oidc`,
      aud: 'console',
      nonce: 'n-1',
      name: 'Ada Lovelace',
      email: 'ada@sandbox.test',
    });
  });

  test('discovery names endpoints below the issuer', async () => {
    const metadata = await json(await fetch(`${sandbox.url}/oidc/.well-known/openid-configuration`));
    expect(metadata).toMatchObject({
      issuer: `${sandbox.url}/oidc`,
      authorization_endpoint: `${sandbox.url}/oidc/auth`,
      token_endpoint: `${sandbox.url}/oidc/token`,
      revocation_endpoint: `${sandbox.url}/oidc/token/revocation`,
      userinfo_endpoint: `${sandbox.url}/oidc/me`,
      authorization_response_iss_parameter_supported: true,
    });
    expect((await fetch(String(metadata['jwks_uri']))).status).toBe(200);
  });
});

test('an unknown grant type is refused by the OAuth server itself', async () => {
  expect(await json(await tokenRequest(sandbox, { grant_type: 'password' }))).toMatchObject({
    error: 'unsupported_grant_type',
  });
});
