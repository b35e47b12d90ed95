import { createHash } from 'node:crypto';
import { buildApp } from '@latchkey/api/app.ts';
import { readApiSettings } from '@latchkey/api/env.ts';
import { buildAuthorizationUrl } from '@latchkey/core/auth-methods';
import { builtInProviders } from '@latchkey/core/providers/catalogue.ts';
import { oauth2Method, type Provider } from '@latchkey/core/providers';
import { providerSchema } from '@latchkey/core/providers/schema.ts';
import { Secret } from '@latchkey/core/secret.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../../support/browser.ts';
import { connect, finish, goThroughConsent, goToCallback, providerLog } from '../../support/flows.ts';
import { answerJson, startRecordedStack, type RecordingProvider } from '../../support/recording-provider.ts';
import { transport, type Stack } from '../../support/stack.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

const logged: string[] = [];
let stack: Stack;
let provider: RecordingProvider;
let close: () => Promise<void>;

const regions = {
  authorizationEndpoint: '{origin}/regional/{{region}}/authorize',
  tokenEndpoint: '{origin}/regional/{{region}}/token',
  clientParams: [{ name: 'region', label: 'Region', default: 'north', pattern: '[a-z]+' }],
};

beforeAll(async () => {
  ({ stack, provider, close } = await startRecordedStack(
    { recorded: {}, regional: regions },
    // Behind a proxy that is believed: whatever X-Forwarded-* may change, it changes here.
    { env: { TRUST_PROXY: '1' }, onLog: (line) => logged.push(line) },
  ));
});

afterAll(() => close());

beforeEach(() => stack.sandbox.control.clearLog());

const query = async (text: string, values: unknown[] = []) =>
  (await stack.database.superuser.query(text, values)).rows;

const statesOf = (id: string) => query('select * from authorization_state where authorization_id = $1', [id]);

const tokenRequests = () => providerLog(stack, 'sandbox', 'token');

const statusOf = async (id: string) => (await stack.admin.get(`/v1/authorizations/${id}`)).body.status;

async function expectRefusal(url: string | URL, browser: Browser) {
  const page = await browser.visit(String(url));
  expect(page.status, page.text).toBe(400);
  expect(page.text).toContain('invalid_callback');
  return page;
}

const sandboxCallback = (browser?: Browser) =>
  goToCallback(stack, { provider: 'sandbox', ...(browser === undefined ? {} : { browser }) });

describe(`authorization request and callback (${transport})`, () => {
  it('A1: a state carries 256 bits, none of which is the same in all of many', async () => {
    const started = await stack.admin.post('/v1/authorizations', { provider: 'recorded', confirm: false });
    const states: Buffer[] = [];
    for (let count = 0; count < 48; count += 1) {
      const { location } = await openBrowser().visit(started.body.authorizationUrl);
      states.push(Buffer.from(new URL(location ?? '').searchParams.get('state') ?? '', 'base64url'));
    }
    for (const state of states) expect(state.length).toBeGreaterThanOrEqual(16);
    const merged = (merge: (one: number, other: number) => number) =>
      states.reduce((one, other) => Buffer.from(one.map((byte, at) => merge(byte, other[at] ?? 0))));
    expect(merged((one, other) => one | other).every((byte) => byte === 0xff)).toBe(true);
    expect(merged((one, other) => one & other).every((byte) => byte === 0)).toBe(true);
  });

  it('A1: a state is stored as a keyed hash, with workspace, provider and browser, for 10 minutes of PostgreSQL', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const { id, callback, browser } = await goToCallback(
      { ...stack, admin: client },
      { provider: 'sandbox' },
    );
    const state = callback.searchParams.get('state') ?? '';
    const cookie =
      ([...browser.cookies()].find(([name]) => name.endsWith('latchkey_browser'))?.[1] ?? '').split('.')[0] ??
      '';
    const [row, ...others] = await query(
      `select *, row_to_json(s)::text as text, extract(epoch from expires_at - created_at)::int as life,
         abs(extract(epoch from created_at - clock_timestamp())) < 60 as is_now
       from authorization_state s where authorization_id = $1`,
      [id],
    );
    expect(others).toEqual([]);
    expect(row).toMatchObject({ workspace_id: workspaceId, provider: 'sandbox', is_now: true });
    expect(row.life).toBeGreaterThan(0);
    expect(row.life).toBeLessThanOrEqual(600);
    const { vault } = stack.api;
    expect(row.state_hash).toEqual(vault.lookupHash('state', state));
    expect(row.browser_hash).toEqual(vault.lookupHash('browser', cookie));
    for (const value of [state, cookie]) {
      expect(row.text).not.toContain(value);
      expect(row.text).not.toContain(Buffer.from(value, 'base64url').toString('hex'));
      expect(row.text).not.toContain(createHash('sha256').update(value).digest('hex'));
    }
    // What comes of it belongs to that workspace and to no other.
    await browser.visit(callback.href);
    const { credentialId } = await finish(client, id);
    expect((await client.get(`/v1/credentials/${credentialId}`)).status).toBe(200);
    expect((await stack.admin.get(`/v1/credentials/${credentialId}`)).status).toBe(404);
  });

  it('A1: a state is over when PostgreSQL says so, and one that we did not make is none', async () => {
    const { id, callback, browser } = await sandboxCallback();
    await query(
      `update authorization_state set expires_at = now() - interval '1 second' where authorization_id = $1`,
      [id],
    );
    await expectRefusal(callback, browser);
    const other = await sandboxCallback(browser);
    other.callback.searchParams.set('state', 'A'.repeat(43));
    await expectRefusal(other.callback, browser);
    expect(await tokenRequests()).toEqual([]);
  });

  it('A1: the client that a state was made for is the one that presents the code, or nobody does', async () => {
    const client = { clientSecret: 'x', params: {} };
    await stack.admin.put('/v1/providers/recorded/oauth-client', { ...client, clientId: 'first' });
    const { id, callback, browser } = await goToCallback(stack, { provider: 'recorded' });
    await stack.admin.put('/v1/providers/recorded/oauth-client', { ...client, clientId: 'second' });
    await browser.visit(callback.href);
    expect(await finish(stack.admin, id)).toMatchObject({
      status: 'failed',
      error: { code: 'client_misconfigured' },
    });
    await stack.admin.delete('/v1/providers/recorded/oauth-client');
    const code = callback.searchParams.get('code') ?? 'none';
    expect(provider.requests.filter(({ body }) => body.includes(code))).toEqual([]);
  });

  it('A1: the cookie that binds a browser is signed, HttpOnly, SameSite=Lax, and on https Secure and bound to the host', async () => {
    const secure = await buildApp({
      runtime: { ...stack.api, settings: { ...stack.api.settings, publicUrl: 'https://keys.test' } },
      apiSettings: readApiSettings({}),
    });
    const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    const url = new URL(started.body.authorizationUrl).pathname;
    const { headers } = await secure.inject({ method: 'GET', url });
    expect(headers['set-cookie']).toMatch(
      /^__Host-latchkey_browser=[\w-]{43}\.[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    await secure.close();
    const { id, callback, browser } = await sandboxCallback();
    const [[place = '', value = ''] = []] = browser.cookies();
    for (const forged of [value.split('.')[0], `${value.slice(0, -2)}AA`, `${value}.`, '']) {
      const cookie = `${place.split(' ')[1]}=${forged}`;
      expect((await openBrowser().visit(callback.href, { cookie })).status).toBe(400);
    }
    expect(await tokenRequests()).toEqual([]);
    expect(await statusOf(id)).toBe('awaiting_consent');
  });

  it('A1: of many answers with one state at the same moment one is taken', async () => {
    const { id, callback, browser } = await sandboxCallback();
    const pages = await Promise.all(Array.from({ length: 12 }, () => browser.visit(callback.href)));
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(pages.filter(({ status }) => status === 400)).toHaveLength(11);
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
    expect(await tokenRequests()).toHaveLength(1);
  });

  it('A2: a callback URL that was used is refused, and no token request leaves', async () => {
    const { id, callback, browser } = await sandboxCallback();
    expect((await browser.visit(callback.href)).status).toBe(200);
    await finish(stack.admin, id);
    await stack.sandbox.control.clearLog();
    await expectRefusal(callback, browser);
    await stack.worker.relay.idle();
    expect(await stack.sandbox.control.log()).toEqual([]);
  });

  it('A3: a callback from another browser is refused, and the right one still works', async () => {
    const { id, callback, browser } = await sandboxCallback();
    const other = await sandboxCallback();
    for (const stranger of [openBrowser(), other.browser]) await expectRefusal(callback, stranger);
    expect(await tokenRequests()).toEqual([]);
    expect((await browser.visit(callback.href)).status).toBe(200);
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
  });

  it('A4: the S256 challenge goes out, the verifier is sealed here and goes to the token endpoint alone', async () => {
    const { id, callback, browser } = await goToCallback(stack, { provider: 'recorded' });
    const [row] = await statesOf(id);
    const place = { workspaceId: row.workspace_id, record: id, field: 'verifier', version: 0 };
    const sealed = JSON.parse(await stack.api.vault.open(place, row.key_salt, row.sealed));
    const verifier: string = sealed.codeVerifier;
    expect(verifier).toMatch(/^[\w-]{43,128}$/);
    const asked = new URL(provider.to('/authorize').at(-1)?.url ?? '', provider.origin).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('code_challenge')).toBe(createHash('sha256').update(verifier).digest('base64url'));
    await browser.visit(callback.href);
    await finish(stack.admin, id);
    const holders = provider.requests.filter((request) => JSON.stringify(request).includes(verifier));
    expect(holders.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /recorded/token']);
    expect(row.sealed.toString('latin1')).not.toContain(verifier);
  });

  it('A4: plain is no choice of a definition, and only a provider without PKCE goes without', () => {
    const methods = builtInProviders.flatMap((each) => {
      const method = oauth2Method(each);
      return method === null ? [] : [[each.id, method.pkce] as const];
    });
    expect(methods.filter(([, pkce]) => pkce !== 'S256')).toEqual([['notion', 'none']]);
    for (const pkce of ['plain', undefined]) {
      const read = providerSchema.safeParse(withMethod(stack.api.catalogue.get('recorded'), { pkce }));
      expect(read.error?.issues.map(({ path }) => path.join('.'))).toEqual(['authMethods.0.pkce']);
    }
  });

  it('A5: neither a definition, nor a caller, nor a refusal of the provider makes PKCE go away', async () => {
    const client = { mode: 'default', clientId: 'x', clientSecret: new Secret('y'), params: {} } as const;
    const spoiled = withMethod(stack.api.catalogue.get('recorded'), {
      authorizationParams: { code_challenge: 'mine', code_challenge_method: 'plain', state: 'mine' },
    }) as Provider;
    const codeVerifier = 'v'.repeat(43);
    const request = { state: 's', codeVerifier, nonce: 'n', redirectUri: 'https://keys.test/' };
    const { searchParams } = new URL(await buildAuthorizationUrl(spoiled, client, request));
    expect(searchParams.getAll('code_challenge_method')).toEqual(['S256']);
    expect(searchParams.getAll('code_challenge')).not.toContain('mine');
    expect(searchParams.getAll('state')).toEqual(['s']);

    const asked = await stack.admin.post('/v1/authorizations', { provider: 'recorded', pkce: 'none' });
    expect(asked).toMatchObject({ status: 400, body: { code: 'validation_failed' } });

    const before = provider.to('/recorded/token').length;
    provider.once('/recorded/token', (response) => answerJson(response, 400, { error: 'invalid_request' }));
    const { authorization } = await connect(stack, { provider: 'recorded' });
    expect(authorization.status).toBe('failed');
    const sent = provider.to('/recorded/token').slice(before);
    expect(sent.map(({ form }) => form.has('code_verifier'))).toEqual([true]);
  });

  it('A6: an answer by another provider’s path, of another issuer or without one is refused', async () => {
    const { id, callback, browser } = await sandboxCallback();
    for (const path of ['recorded', 'dropbox', 'nobody'])
      await expectRefusal(callback.href.replace('/callback/sandbox', `/callback/${path}`), browser);
    const wrong = new URL(callback);
    wrong.searchParams.set('iss', 'https://evil.example');
    await expectRefusal(wrong, browser);
    wrong.searchParams.delete('iss');
    await expectRefusal(wrong, browser);
    expect(await tokenRequests()).toEqual([]);
    expect(await statusOf(id)).toBe('awaiting_consent');

    const { body } = await stack.admin.get('/v1/providers');
    const uris: string[] = body.items.flatMap(redirectUrisOf);
    expect(uris.length).toBeGreaterThanOrEqual(7);
    expect(new Set(uris).size).toBe(uris.length);
  });

  it('A7: a code goes to the token endpoint of the moment it was asked for, though the client points elsewhere by now', async () => {
    const client = { clientId: 'same', clientSecret: 'x' };
    const set = (region: string) =>
      stack.admin.put('/v1/providers/regional/oauth-client', { ...client, params: { region } });
    expect((await set('east')).status).toBe(200);
    const { id, callback, browser } = await goToCallback(stack, { provider: 'regional' });
    await set('west');
    await browser.visit(callback.href);
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
    const code = callback.searchParams.get('code') ?? '';
    const holders = provider.requests.filter((request) => JSON.stringify(request).includes(code));
    expect(holders.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /regional/east/token']);
  });

  it('A8: the redirect URI is byte-identical in both legs, whatever Host and X-Forwarded-* say', async () => {
    const lies = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '444',
      'x-forwarded-for': '192.0.2.1',
      forwarded: 'host=evil.example;proto=https',
    };
    const headers = { ...lies };
    const started = await stack.admin.post(
      '/v1/authorizations',
      { provider: 'recorded', confirm: false },
      { headers },
    );
    expect(started.body.authorizationUrl.startsWith(`${stack.url}/oauth/start/`)).toBe(true);
    const browser = openBrowser();
    const { location } = await browser.visit(started.body.authorizationUrl, lies);
    const first = new URL(location ?? '').searchParams.get('redirect_uri');
    const callback = await browser.visit(location ?? '');
    await browser.visit(callback.location ?? '', lies);
    expect(await finish(stack.admin, started.body.id)).toMatchObject({ status: 'succeeded' });
    const second = provider.to('/recorded/token').at(-1)?.form.get('redirect_uri');
    expect([first, second]).toEqual(Array(2).fill(`${stack.url}/oauth/callback/recorded`));
  });

  it('A9: a returnUrl outside the allow-list is refused, and one inside it is where the browser goes', async () => {
    const evil = [
      'https://evil.example/',
      `${stack.url}.evil.example/`,
      `${stack.url}@evil.example/`,
      '//evil.example',
      String.raw`${'http:'}\\evil.example`,
      'javascript:alert(1)',
      'data:text/html,x',
      `blob:${stack.url}/x`,
      '/done',
    ];
    for (const returnUrl of evil) {
      const answer = await stack.admin.post('/v1/authorizations', { provider: 'sandbox', returnUrl });
      const isRefused = answer.status === 400 && answer.body.errors[0].path === 'returnUrl';
      expect([returnUrl, isRefused]).toEqual([returnUrl, true]);
    }
    const { authorizationId, browser } = await goThroughConsent(stack, {
      provider: 'sandbox',
      returnUrl: `${stack.url}/done`,
    });
    await finish(stack.admin, authorizationId);
    const page = await browser.visit(`${stack.url}/oauth/status/${authorizationId}`);
    expect(JSON.parse(page.text).returnTo).toMatch(new RegExp(`^${stack.url}/done\\?`));
  });

  it('A10: duplicate, oversize and unknown parameters are refused, and nothing of them is shown', async () => {
    const { id, callback, browser } = await sandboxCallback();
    const marker = 'reflected-marker';
    for (const extra of [
      ...['code', 'state', 'iss'].map((name) => `${name}=${marker}`),
      `unknown=${marker}`,
      `error=${marker}`,
      `error_description=${marker}${'x'.repeat(5000)}`,
    ]) {
      const page = await expectRefusal(`${callback.href}&${extra}`, browser);
      expect(page.text + JSON.stringify(page.headers)).not.toContain(marker);
    }
    const oversize = new URL(callback);
    oversize.searchParams.set('code', marker.repeat(200));
    expect((await expectRefusal(oversize, browser)).text).not.toContain(marker);
    expect(await tokenRequests()).toEqual([]);
    expect(await statusOf(id)).toBe('awaiting_consent');
  });

  it('A11: access_denied ends as consent_denied, consumes the state and makes one event', async () => {
    const { id, callback, browser } = await sandboxCallback();
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    expect((await browser.visit(callback.href)).text).toContain('consent_denied');
    expect(await finish(stack.admin, id)).toMatchObject({
      status: 'failed',
      error: { code: 'consent_denied', actor: 'user' },
    });
    expect((await statesOf(id)).map(({ consumed_at: at }) => at !== null)).toEqual([true]);
    await expectRefusal(callback, browser);
    const events = await query(
      `select data -> 'error' ->> 'code' as code from event where subject = $1 and type = 'latchkey.authorization.failed'`,
      [id],
    );
    expect(events).toEqual([{ code: 'consent_denied' }]);
    expect(await tokenRequests()).toEqual([]);
  });

  it('A12: the scopes asked for are these and no more; fewer granted is insufficient_scope and ends the grant', async () => {
    const scopes = builtInProviders.flatMap((each) => {
      const method = oauth2Method(each);
      return method === null ? [] : [[each.id, method.scopes] as const];
    });
    const google = 'https://www.googleapis.com/auth';
    expect(Object.fromEntries(scopes)).toEqual({
      notion: [],
      google_drive: [`${google}/drive.readonly`, `${google}/userinfo.profile`, `${google}/userinfo.email`],
      dropbox: ['account_info.read', 'files.metadata.read', 'files.content.read'],
      onedrive: ['offline_access', 'User.Read', 'Files.Read'],
    });
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.code',
      fault: 'narrower_scope',
    });
    const { authorization, credential } = await connect(stack, { provider: 'sandbox' });
    expect(authorization).toMatchObject({ status: 'failed', error: { code: 'insufficient_scope' } });
    expect(credential).toBeNull();
    const [exchange] = await providerLog(stack, 'sandbox', 'token.code');
    const [grant] = await stack.sandbox.control.grants({
      provider: 'sandbox',
      ...(exchange?.grantId ? { grantId: exchange.grantId } : {}),
    });
    expect(grant).toMatchObject({ liveRefreshTokens: [] });
  });

  it('A13: pages of a callback are not stored, refer to nobody and run nothing foreign; no query is logged', async () => {
    const { id, callback, browser } = await sandboxCallback();
    logged.length = 0;
    const refused = await openBrowser().visit(callback.href);
    const taken = await browser.visit(callback.href);
    await finish(stack.admin, id);
    for (const { headers } of [refused, taken]) {
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "base-uri 'none'",
          "frame-ancestors 'none'",
          "form-action 'none'",
        ]),
      );
      expect(policy.find((each) => each.startsWith('script-src'))).toMatch(/^script-src 'nonce-[\w-]{20,}'$/);
    }
    const lines = logged.join('\n');
    expect(lines).toContain('/oauth/callback/');
    for (const value of callback.searchParams.values()) expect(lines).not.toContain(value);
    expect(lines).not.toContain('state=');
  });
});

/** A definition with an OAuth method that differs. */
function withMethod(definition: Provider | undefined, different: object): unknown {
  const { endpointOverrides: _overrides, authMethods, ...rest } = definition as Provider;
  return { ...rest, authMethods: authMethods.map((method) => ({ ...method, ...different })) };
}

interface Shown {
  readonly authMethods: readonly { readonly client?: { readonly redirectUri: string } }[];
}

const redirectUrisOf = ({ authMethods }: Shown) =>
  authMethods.flatMap(({ client }) => (client === undefined ? [] : [client.redirectUri]));
