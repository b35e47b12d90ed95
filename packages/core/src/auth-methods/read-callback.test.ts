import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Problem } from '../errors.ts';
import { buildAuthorizationUrl } from './build-authorization-url.ts';
import { readCallback } from './read-callback.ts';
import { client, provider } from './fake-fetch.ts';

const read = (id: string, query: string) => readCallback(provider(id), new URLSearchParams(query), 's');
const iss = encodeURIComponent('https://sandbox.latchkey.test/oidc');

test('a plain answer gives the code', () => {
  expect(read('notion', 'code=c&state=s')).toMatchObject({ kind: 'code', code: 'c' });
  expect(read('sandbox', `code=c&state=s&iss=${iss}`)).toMatchObject({ kind: 'code', code: 'c' });
});

test('what providers really add is let through', () => {
  const google =
    'state=s&iss=https%3A%2F%2Faccounts.google.com&code=4%2F0A&scope=a+b&authuser=0&prompt=consent&hd=a.test';
  expect(read('google_drive', google)).toMatchObject({ code: '4/0A' });
  expect(read('onedrive', 'code=c&state=s&session_state=x')).toMatchObject({ code: 'c' });
});

describe('A6, A10: refused, with nothing of the query in the message:', () => {
  test.each([
    ['another state', 'notion', 'code=c&state=canary'],
    ['no state', 'notion', 'code=canary'],
    ['a code given twice', 'notion', 'code=canary&code=d&state=s'],
    ['a state given twice', 'notion', 'code=c&state=s&state=canary'],
    ['an unknown parameter', 'notion', 'code=c&state=s&canary=1'],
    ['a parameter that only another provider knows', 'notion', 'code=c&state=s&authuser=canary'],
    ['an implicit answer', 'notion', 'access_token=canary&state=s'],
    ['a hybrid answer', 'sandbox', `code=c&state=s&iss=${iss}&id_token=canary`],
    ['neither code nor error', 'notion', 'state=s'],
    ['an empty code', 'notion', 'code=&state=s'],
    ['code and error at once', 'notion', 'code=c&error=canary&state=s'],
    ['an empty error', 'notion', 'error=&code=c&state=s'],
    ['a code over 2 KiB', 'notion', `code=${'canary'.repeat(350)}&state=s`],
    ['more than 4 KiB', 'notion', `code=c&state=s&error_description=${'canary'.repeat(700)}`],
    ['another issuer', 'google_drive', 'code=c&state=s&iss=https://canary.test'],
    ['an issuer that is almost the right one', 'sandbox', `code=c&state=s&iss=${iss}/`],
    ['no issuer where one is promised', 'sandbox', 'code=c&state=s'],
    ['no issuer in an error where one is promised', 'sandbox', 'error=access_denied&state=s'],
    ['an issuer elsewhere where the definition has none', 'notion', 'code=c&state=s&iss=https://canary.test'],
    ['an error with another state', 'notion', 'error=access_denied&state=canary'],
  ])('%s', (_, id, query) => {
    let thrown: unknown;
    try {
      read(id, query);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Problem);
    expect(thrown).toMatchObject({ code: 'invalid_callback' });
    expect(inspect(thrown, { depth: 9 })).not.toContain('canary');
  });
});

test.each([
  ['notion', 'error=access_denied', 'consent_denied'],
  ['onedrive', 'error=consent_required', 'admin_consent_required'],
  ['onedrive', 'error=interaction_required', 'consent_denied'],
  ['google_drive', 'error=admin_policy_enforced', 'admin_consent_required'],
  ['dropbox', 'error=invalid_scope', 'client_misconfigured'],
  ['dropbox', 'error=unauthorized_client', 'client_misconfigured'],
  ['dropbox', 'error=temporarily_unavailable', 'provider_unavailable'],
  ['dropbox', 'error=toString', 'consent_denied'],
])('%s answering %s fails as %s', (id, query, code) => {
  expect(read(id, `${query}&state=s`)).toMatchObject({ kind: 'denied', failure: { code } });
});

test('the words of a refusal are shown clean, with help where the number is known', () => {
  const query = `error=consent_required&state=s&error_description=${encodeURIComponent('AADSTS90094: x\r\ny')}`;
  const result = read('onedrive', query);
  expect(result).toMatchObject({
    failure: {
      message:
        'An administrator has to approve this app. Ask your administrator. (consent_required: AADSTS90094: x y)',
    },
  });
});

describe('the authorization URL', () => {
  const request = {
    state: 'st',
    codeVerifier: 'v'.repeat(43),
    nonce: 'no',
    redirectUri: 'https://l.test/oauth/callback/x',
  };
  const build = async (id: string, params = {}) =>
    new URL(await buildAuthorizationUrl(provider(id), { ...client, params }, request));

  test('of Notion has owner=user, no scope and no PKCE', async () => {
    const url = await build('notion');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      owner: 'user',
      client_id: 'client-id_1.a',
      response_type: 'code',
      redirect_uri: 'https://l.test/oauth/callback/x',
      state: 'st',
    });
  });

  test('of Google asks for offline access with S256, and for spaces as %20', async () => {
    const url = await build('google_drive');
    expect(url.origin + url.pathname).toBe('https://accounts.google.com/o/oauth2/v2/auth');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      access_type: 'offline',
      prompt: 'consent',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(url.searchParams.get('scope')?.split(' ')).toHaveLength(3);
    expect(url.search).not.toContain('+');
    expect(url.search).not.toContain('vvvv');
    expect(url.searchParams.has('nonce')).toBe(false);
  });

  test('of Dropbox asks for an offline token', async () => {
    expect((await build('dropbox')).searchParams.get('token_access_type')).toBe('offline');
  });

  test('of OneDrive has the tenant of the client, organizations by default, and nothing else in its place', async () => {
    expect((await build('onedrive')).pathname).toBe('/organizations/oauth2/v2.0/authorize');
    expect((await build('onedrive', { tenant: 'contoso.com' })).pathname).toBe(
      '/contoso.com/oauth2/v2.0/authorize',
    );
    await expect(build('onedrive', { tenant: '../x' })).rejects.toMatchObject({
      code: 'client_misconfigured',
    });
  });

  test('carries the nonce where an ID token will come', async () => {
    expect((await build('sandbox')).searchParams.get('nonce')).toBe('no');
  });

  test('is not built for a client without an id', async () => {
    const nameless = buildAuthorizationUrl(provider('notion'), { ...client, clientId: ' ' }, request);
    await expect(nameless).rejects.toMatchObject({ code: 'oauth_client_missing' });
  });
});
