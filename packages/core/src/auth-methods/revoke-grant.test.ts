import { describe, expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { answer, basic, client, errorOf, fakeFetch, form, provider } from './fake-fetch.ts';
import { revokeGrant } from './revoke-grant.ts';

function revoke(id: string, ...answers: Parameters<typeof fakeFetch>) {
  const { fetch, requests } = fakeFetch(...answers);
  const tokens = { accessToken: new Secret('canary-access-1'), refreshToken: new Secret('canary-refresh-1') };
  return { result: revokeGrant(fetch, { provider: provider(id), client, ...tokens }), requests };
}

const tagged = (tag: string) => answer(401, { error_summary: `${tag}/..`, error: { '.tag': tag } });

describe('revoking', () => {
  test('at Google is the refresh token as a form, without the client; invalid_token means it ended before', async () => {
    const { result, requests } = revoke('google_drive', answer(200, {}));
    expect(await result).toBe('revoked');
    expect(requests[0]?.url).toBe('https://oauth2.googleapis.com/revoke');
    expect(form(requests[0])).toEqual({ token: 'canary-refresh-1' });
    expect(await revoke('google_drive', answer(400, { error: 'invalid_token' })).result).toBe('already_gone');
  });

  test('at Notion is Basic and JSON', async () => {
    const { result, requests } = revoke('notion', answer(200, { request_id: 'x' }));
    expect(await result).toBe('revoked');
    expect(requests[0]?.headers?.['authorization']).toBe(basic);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ token: 'canary-access-1' });
  });

  test('B22: by RFC 7009 presents the refresh token with the client', async () => {
    const { result, requests } = revoke('sandbox', answer(200, ''));
    expect(await result).toBe('revoked');
    expect(form(requests[0])).toEqual({ token: 'canary-refresh-1' });
    expect(requests[0]?.headers?.['authorization']).toBe(basic);
  });

  test('at Dropbox is the access token as a header and no body', async () => {
    const { result, requests } = revoke('dropbox', answer(200, 'null'));
    expect(await result).toBe('revoked');
    expect(requests[0]).toMatchObject({
      url: 'https://api.dropboxapi.com/2/auth/token/revoke',
      headers: { authorization: 'Bearer canary-access-1' },
    });
    expect(requests[0]?.body).toBeUndefined();
  });

  test('at Dropbox with an expired access token refreshes it first', async () => {
    const fresh = answer(200, { access_token: 'fresh', expires_in: 14_400 });
    const { result, requests } = revoke(
      'dropbox',
      tagged('expired_access_token'),
      fresh,
      answer(200, 'null'),
    );
    expect(await result).toBe('revoked');
    expect(requests[2]?.headers?.['authorization']).toBe('Bearer fresh');
  });

  test('at Dropbox ends at once where the grant has ended', async () => {
    expect(await revoke('dropbox', tagged('invalid_access_token')).result).toBe('already_gone');
    const dead = answer(400, { error: 'invalid_grant' });
    expect(await revoke('dropbox', tagged('expired_access_token'), dead).result).toBe('already_gone');
  });

  test('at Microsoft is not supported and sends nothing', async () => {
    const { result, requests } = revoke('onedrive');
    expect(await result).toBe('unsupported');
    expect(requests).toHaveLength(0);
  });

  test.each([
    [503, {}, 'provider_unavailable', true],
    [429, {}, 'rate_limited', true],
    [401, { error: 'invalid_client' }, 'client_misconfigured', false],
    [400, { error: 'unsupported_token_type' }, 'revocation_failed', false],
  ])('answered with %i %o fails as %s', async (status, body, failureCode, retryable) => {
    const error = await errorOf(revoke('sandbox', answer(status, body)).result);
    expect(error.failure).toMatchObject({ code: failureCode, retryable });
  });
});
