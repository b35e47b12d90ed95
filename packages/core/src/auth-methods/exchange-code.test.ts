import { describe, expect, test } from 'vitest';
import { OutboundError } from '../outbound/index.ts';
import { exchangeCode } from './exchange-code.ts';
import { answer, basic, client, errorOf, fakeFetch, form, provider } from './fake-fetch.ts';

const code = 'canary-code-1';
const codeVerifier = `canary-verifier-${'v'.repeat(40)}`;
const redirectUri = 'https://l.test/oauth/callback/x';

function exchange(id: string, ...answers: Parameters<typeof fakeFetch>) {
  const { fetch, requests } = fakeFetch(...answers);
  return {
    result: exchangeCode(fetch, { provider: provider(id), client, code, codeVerifier, redirectUri }),
    requests,
  };
}

const google = {
  access_token: 'ya29.a',
  expires_in: 3599,
  scope: [
    'https://www.googleapis.com/auth/userinfo.email',
    'https://www.googleapis.com/auth/drive.readonly',
    'openid',
    'https://www.googleapis.com/auth/userinfo.profile',
  ].join(' '),
  token_type: 'Bearer',
};

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('exchanging a code', () => {
  test('at Notion is HTTP Basic and a JSON body, and the answer names the account', async () => {
    const body = {
      access_token: 'ntn_a',
      token_type: 'bearer',
      refresh_token: null,
      bot_id: 'bot1',
      workspace_name: 'Acme',
      workspace_icon: '🧭',
    };
    const { result, requests } = exchange('notion', answer(200, body));
    const grant = await result;
    expect(grant.accessToken.reveal()).toBe('ntn_a');
    expect(grant).toMatchObject({
      refreshToken: null,
      tokenType: 'Bearer',
      expiresInSeconds: null,
      scopes: [],
      account: { id: 'bot1', name: 'Acme', avatarUrl: null },
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://api.notion.com/v1/oauth/token',
      allowedHosts: ['api.notion.com'],
    });
    expect(requests[0]?.headers).toMatchObject({
      authorization: basic,
      'content-type': 'application/json',
      'notion-version': '2022-06-28',
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
    });
  });

  test('B17: at Google is a form with client and verifier in the body and no second client authentication', async () => {
    const { result, requests } = exchange('google_drive', answer(200, { ...google, refresh_token: '1//r' }));
    const grant = await result;
    expect(grant).toMatchObject({ expiresInSeconds: 3599 });
    expect(grant.refreshToken?.reveal()).toBe('1//r');
    expect(form(requests[0])).toEqual({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
      client_id: 'client-id_1.a',
      client_secret: 'client-secret-1',
    });
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
    expect(requests[0]?.headers?.['content-type']).toContain('application/x-www-form-urlencoded');
  });

  test('at Microsoft repeats the scope, uses the tenant, and takes expires_in as a string', async () => {
    const body = {
      token_type: 'Bearer',
      scope: 'profile https://graph.microsoft.com/user.read Files.Read',
      expires_in: '3600',
      access_token: 'eyJ0',
      refresh_token: '0.A',
    };
    const { fetch, requests } = fakeFetch(answer(200, body));
    const contoso = { ...client, params: { tenant: 'contoso.com' } };
    const grant = await exchangeCode(fetch, {
      provider: provider('onedrive'),
      client: contoso,
      code,
      codeVerifier,
      redirectUri,
    });
    expect(grant).toMatchObject({ expiresInSeconds: 3600, scopes: ['profile', 'User.Read', 'Files.Read'] });
    expect(requests[0]?.url).toBe('https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token');
    expect(form(requests[0])['scope']).toBe('offline_access User.Read Files.Read');
  });

  test('with a public client names it and sends no secret', async () => {
    const { fetch, requests } = fakeFetch(answer(200, { ...google, refresh_token: 'r' }));
    const open = { ...client, clientSecret: null };
    await exchangeCode(fetch, {
      provider: provider('google_drive'),
      client: open,
      code,
      codeVerifier,
      redirectUri,
    });
    expect(form(requests[0])).toMatchObject({ client_id: 'client-id_1.a' });
    expect(form(requests[0])).not.toHaveProperty('client_secret');
  });

  test('with an unticked scope fails as insufficient_scope and hands over the grant to revoke', async () => {
    const scope =
      'https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/userinfo.profile';
    const error = await errorOf(
      exchange('google_drive', answer(200, { ...google, scope, refresh_token: 'r' })).result,
    );
    expect(error).toMatchObject({ sent: 'answered', failure: { code: 'insufficient_scope' } });
    expect(error.failure.message).toContain('drive.readonly');
    expect(error.grant?.refreshToken?.reveal()).toBe('r');
  });

  test('without a scope in the answer got what was asked for', async () => {
    const { scope: _scope, ...unsaid } = google;
    const grant = await exchange('google_drive', answer(200, { ...unsaid, refresh_token: 'r' })).result;
    expect(grant.scopes).toHaveLength(3);
  });

  test('without a refresh token fails where the connection would end with the access token', async () => {
    for (const body of [google, { ...google, refresh_token: '' }]) {
      const error = await errorOf(exchange('google_drive', answer(200, body)).result);
      expect(error).toMatchObject({ sent: 'answered', failure: { code: 'missing_refresh_token' } });
    }
  });

  test('takes an answer without token_type and with a wrong content type', async () => {
    const { token_type: _type, ...untyped } = { ...google, refresh_token: 'r' };
    const grant = await exchange('google_drive', answer(200, untyped, { 'content-type': 'text/html' }))
      .result;
    expect(grant.tokenType).toBe('Bearer');
  });

  test('that the provider refuses is code_expired, not a revoked grant', async () => {
    const error = await errorOf(exchange('google_drive', answer(400, { error: 'invalid_grant' })).result);
    expect(error).toMatchObject({ sent: 'answered', failure: { code: 'code_expired' } });
  });

  test.each([
    ['a timeout', new OutboundError('unknown', 'timeout', 'timeout')],
    ['a 500', answer(500, 'oops')],
    ['a 500 that names an OAuth error', answer(500, { error: 'invalid_grant' })],
    ['HTML with 200', answer(200, '<html>')],
    ['JSON with 200 and no token', answer(200, {})],
    ['a token of another type', answer(200, { ...google, token_type: 'mac' })],
  ])('with %s has an unknown outcome and is not to be tried again', async (_, response) => {
    const error = await errorOf(exchange('google_drive', response).result);
    expect(error).toMatchObject({
      sent: 'unknown',
      failure: { code: 'exchange_outcome_unknown', retryable: false },
    });
  });

  test('that never left can be tried again', async () => {
    const error = await errorOf(
      exchange('google_drive', new OutboundError('not_sent', 'connect_failed', 'x')).result,
    );
    expect(error).toMatchObject({
      sent: 'not_sent',
      failure: { code: 'provider_unavailable', retryable: true },
    });
  });

  test('checks the nonce of an ID token that comes along', async () => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: 'https://sandbox.latchkey.test/oidc',
      sub: 'a',
      aud: client.clientId,
      iat: now,
      exp: now + 60,
      nonce: 'n1',
    };
    const idToken = `${encode({ alg: 'RS256' })}.${encode(claims)}.${encode({})}`;
    const body = { access_token: 'a', token_type: 'Bearer', refresh_token: 'r', id_token: idToken };
    const attempt = (nonce: string) =>
      exchangeCode(fakeFetch(answer(200, body)).fetch, {
        provider: provider('sandbox'),
        client,
        code,
        codeVerifier,
        redirectUri,
        nonce,
      });
    expect((await attempt('n1')).accessToken.reveal()).toBe('a');
    expect((await errorOf(attempt('n2'))).failure.code).toBe('exchange_outcome_unknown');
  });
});
