import { describe, expect, test } from 'vitest';
import { OutboundError } from '../outbound/index.ts';
import { Secret } from '../secret.ts';
import { answer, basic, client, errorOf, fakeFetch, form, provider } from './fake-fetch.ts';
import { refreshGrant } from './refresh-grant.ts';

function refresh(id: string, ...answers: Parameters<typeof fakeFetch>) {
  const { fetch, requests } = fakeFetch(...answers);
  const refreshToken = new Secret('canary-refresh-1');
  const result = refreshGrant(fetch, {
    provider: provider(id),
    client,
    refreshToken,
    previousScopes: ['before'],
  });
  return { result, requests };
}

/** A list in a list in a list. */
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

describe('B21: a refusal of the token endpoint', () => {
  test.each([
    ['notion', 400, { error: 'invalid_grant' }, 'grant_revoked'],
    ['notion', 401, { error: 'invalid_client' }, 'client_misconfigured'],
    ['notion', 401, { object: 'error', code: 'unauthorized', message: 'no' }, 'client_misconfigured'],
    ['google_drive', 400, { error: 'invalid_grant', error_subtype: 'invalid_rapt' }, 'grant_revoked'],
    ['google_drive', 401, { error: 'deleted_client' }, 'client_misconfigured'],
    ['google_drive', 400, { error: 'admin_policy_enforced' }, 'admin_consent_required'],
    ['dropbox', 400, { error: 'invalid_grant' }, 'grant_revoked'],
    ['dropbox', 400, { error: 'invalid_client' }, 'client_misconfigured'],
    ['onedrive', 400, { error: 'invalid_grant', error_codes: [700082] }, 'grant_revoked'],
    ['onedrive', 400, { error: 'interaction_required', error_codes: [50076] }, 'grant_revoked'],
    ['onedrive', 400, { error: 'consent_required', error_codes: [65001] }, 'admin_consent_required'],
    ['onedrive', 401, { error: 'unauthorized_client' }, 'client_misconfigured'],
    ['onedrive', 400, { error: 'invalid_grant', error_codes: [90033] }, 'provider_unavailable'],
    ['onedrive', 400, { error: 'temporarily_unavailable' }, 'provider_unavailable'],
    ['dropbox', 400, { error: 'access_denied' }, 'client_misconfigured'],
    ['dropbox', 400, { error: 'something_new' }, 'provider_response_invalid'],
    ['dropbox', 200, { error: 'invalid_grant' }, 'grant_revoked'],
    ['onedrive', 400, `{"error":"invalid_grant","error_codes":[${deep}]}`, 'grant_revoked'],
    ['onedrive', 400, { error: 'invalid_grant', error_codes: [{ a: 1 }, [90033]] }, 'grant_revoked'],
    ['dropbox', 403, '<html>blocked</html>', 'provider_response_invalid'],
    ['dropbox', 302, '', 'provider_response_invalid'],
    ['dropbox', 429, { error: 'invalid_grant' }, 'rate_limited'],
    ['dropbox', 408, '', 'provider_unavailable'],
    ['notion', 529, '', 'rate_limited'],
  ])('of %s with %i %o fails a refresh as %s, answered', async (id, status, body, failureCode) => {
    const { result, requests } = refresh(id, answer(status, body));
    expect(await errorOf(result)).toMatchObject({ sent: 'answered', failure: { code: failureCode } });
    expect(requests).toHaveLength(1);
  });

  test('carries Retry-After', async () => {
    const error = await errorOf(refresh('notion', answer(429, '', { 'retry-after': '61' })).result);
    expect(error.failure.retryAfterSeconds).toBe(61);
  });

  test('is worded for people, and never repeats what was sent', async () => {
    const description = `AADSTS7000215: canary-refresh-1 client-secret-1 ${'x1'.repeat(40)}`;
    const body = { error: 'invalid_client', error_description: description, error_codes: [7000215] };
    const error = await errorOf(refresh('onedrive', answer(401, body)).result);
    expect(error.message).toContain('The client secret is wrong.');
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toMatch(
      /canary|client-secret-1|x1x1/,
    );
  });
});

describe('refreshing', () => {
  test('B19: without a new refresh token says so: the old one stays', async () => {
    const { result, requests } = refresh(
      'google_drive',
      answer(200, { access_token: 'a', expires_in: 3599, token_type: 'Bearer' }),
    );
    expect((await result).refreshToken).toBeNull();
    expect(form(requests[0])).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'canary-refresh-1',
    });
  });

  test('without a scope in the answer keeps the scopes of before', async () => {
    const grant = await refresh('notion', answer(200, { access_token: 'a', refresh_token: 'b' })).result;
    expect(grant.scopes).toEqual(['before']);
    expect(grant.refreshToken?.reveal()).toBe('b');
  });

  test('with fewer scopes is no failure: the tokens are real', async () => {
    const grant = await refresh('dropbox', answer(200, { access_token: 'a', scope: 'account_info.read' }))
      .result;
    expect(grant.scopes).toEqual(['account_info.read']);
  });

  test.each([
    ['a list in a list in a list …', deep, ['before']],
    ['a list of words and other things', '["a",{"b":1},["c"],"d"]', ['a', 'd']],
    ['text that no database takes', String.raw`"a\u0000b \ud800 c"`, ['a', 'b', 'c']],
    ['an object', '{"a":1}', ['before']],
  ])('with %s for a scope does not lose the tokens', async (_name, scope, scopes) => {
    const body = `{"access_token":"a","refresh_token":"b","scope":${scope}}`;
    const grant = await refresh('notion', answer(200, body)).result;
    expect(grant.refreshToken?.reveal()).toBe('b');
    expect(grant.scopes).toEqual(scopes);
  });

  test('at Notion is JSON with Basic', async () => {
    const { result, requests } = refresh('notion', answer(200, { access_token: 'a', refresh_token: 'b' }));
    await result;
    expect(requests[0]?.headers?.['authorization']).toBe(basic);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'canary-refresh-1',
    });
  });

  test.each([
    ['a broken connection', new OutboundError('unknown', 'connection_broken', 'x'), 'provider_unavailable'],
    ['a 503', answer(503, { error: 'temporarily_unavailable' }), 'provider_unavailable'],
    ['a truncated answer', answer(200, '{"access_token":"a'), 'provider_response_invalid'],
    ['an array', answer(200, []), 'provider_response_invalid'],
  ])('with %s has an unknown outcome', async (_, response, failureCode) => {
    expect(await errorOf(refresh('notion', response).result)).toMatchObject({
      sent: 'unknown',
      failure: { code: failureCode },
    });
  });

  test('over a refused address is not sent and not retryable', async () => {
    const refused = new OutboundError('not_sent', 'refused_address', 'x');
    const error = await errorOf(refresh('notion', refused).result);
    expect(error).toMatchObject({ sent: 'not_sent', failure: { code: 'request_refused', retryable: false } });
  });
});
