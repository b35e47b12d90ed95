import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { openConnectPage } from '../../support/connect-page.ts';
import { eventually } from '../../support/eventually.ts';
import { addKey, connect } from '../../support/flows.ts';
import { secondsSince } from '../../support/seconds-since.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;
const none = 'cred_00000000000000000000000000';

beforeAll(async () => {
  stack = await startStack({ env: { RETURN_URL_ORIGINS: 'https://app.test,http://intranet' } });
});

afterAll(() => stack.close());

const make = (body: object) => stack.admin.post('/v1/connect-sessions', body);

describe(`connect sessions (${transport})`, () => {
  it('are made with a link that only its answer shows, good for 30 minutes', async () => {
    const made = await make({});
    expect(made.status).toBe(201);
    expect(made.body.id).toMatch(/^cs_\w{26}$/);
    expect(made.body.url).toMatch(new RegExp(`^${stack.url}/connect/session/[\\w-]{43}$`));
    const minutes = (Date.parse(made.body.expiresAt) - Date.now()) / 60_000;
    expect(Math.round(minutes)).toBe(30);
    const token = made.body.url.split('/').at(-1);
    const { rows } = await stack.database.superuser.query(
      `select row_to_json(s)::text as row from connect_session s where id = $1
       union all select row_to_json(a)::text from audit_entry a where subject = $1`,
      [made.body.id],
    );
    expect(rows).toHaveLength(2);
    for (const { row } of rows) expect(row).not.toContain(token);
  });

  it('are made once per Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'the-same' };
    const [first, second] = [
      await stack.admin.post('/v1/connect-sessions', {}, { headers }),
      await stack.admin.post('/v1/connect-sessions', {}, { headers }),
    ];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
  });

  it.each([
    ['returnUrl', { returnUrl: 'https://evil.test/done' }],
    ['returnUrl', { mode: 'redirect' }],
    ['allowedOrigins.1', { allowedOrigins: ['https://app.test', 'http://app.test'] }],
    ['allowedOrigins.0', { allowedOrigins: ['https://app.test/'] }],
    ['allowedOrigins.0', { allowedOrigins: ['https://*.app.test'] }],
    ['allowedOrigins.0', { allowedOrigins: ['*'] }],
    ['allowedOrigins.0', { allowedOrigins: ["https://a.test;script-src'none'"] }],
    ['allowedOrigins', { mode: 'iframe' }],
    ['providers.1', { providers: ['sandbox', 'nowhere'] }],
    ['providers', { providers: [] }],
    ['providers', { providers: ['sandbox'], credentialId: none }],
    ['accent', { accent: 'red;}' }],
    ['locale', { locale: '../de' }],
    ['theme', { theme: 'blue' }],
    ['state', { state: 'x'.repeat(513) }],
    ['codeChallenge', { codeChallenge: 'x'.repeat(44) }],
    ['codeChallenge', { codeChallenge: `${'x'.repeat(42)}=` }],
    ['returnUrl', { codeChallenge: 'x'.repeat(43) }],
    [
      'providers.0',
      { codeChallenge: 'x'.repeat(43), providers: ['firecrawl'], returnUrl: 'https://app.test/' },
    ],
  ])('console C7: what is wrong is refused when the session is made: %s %j', async (path, body) => {
    const made = await make(body);
    expect(made).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect(made.body.errors.map((each: { path: string }) => each.path)).toContain(path);
  });

  it('console C7: origins of RETURN_URL_ORIGINS, https and loopback are accepted', async () => {
    const made = await make({
      mode: 'iframe',
      returnUrl: 'https://app.test/done?tab=1',
      allowedOrigins: ['https://elsewhere.test', 'http://intranet', 'http://localhost:5173'],
    });
    expect(made.status, made.text).toBe(201);
  });

  it('for a credential that is not there are refused', async () => {
    expect(await make({ credentialId: none })).toMatchObject({
      status: 404,
      body: { code: 'credential_not_found' },
    });
  });

  it('show the page what it needs, of the chosen providers alone, and nothing secret', async () => {
    const page = await openConnectPage(stack.admin, {
      providers: ['sandbox', 'jina_reader'],
      allowedOrigins: ['https://app.test'],
      state: 'of the caller',
      locale: 'pt-BR',
      theme: 'dark',
      accent: '#aabbcc',
    });
    const { status, body } = await page.get();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: page.id,
      status: 'open',
      workspaceName: 'Default',
      requestedBy: 'admin token',
      mode: 'popup',
      theme: 'dark',
      accent: '#aabbcc',
      locale: 'pt-BR',
      state: 'of the caller',
      allowedOrigins: ['https://app.test'],
      credential: null,
      authorizations: [],
      outcome: { status: 'open', result: null, authorizationId: null, returnTo: null },
    });
    expect(body.providers.map((each: { id: string }) => each.id).toSorted()).toEqual([
      'jina_reader',
      'sandbox',
    ]);
    const sandbox = body.providers.find((each: { id: string }) => each.id === 'sandbox');
    expect(sandbox.authMethods).toEqual([
      { type: 'api_key', fields: [expect.objectContaining({ name: 'apiKey', secret: true })] },
      { type: 'oauth2', scopes: expect.any(Array), available: true },
    ]);
    expect(
      (await openConnectPage(stack.admin).then((all) => all.get())).body.providers.length,
    ).toBeGreaterThan(5);
  });

  it('show the credential that is connected again, with its one provider', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const page = await openConnectPage(stack.admin, { credentialId: credential.id });
    const { body } = await page.get();
    expect(body.credential).toMatchObject({ id: credential.id, authMethod: 'oauth2', name: credential.name });
    expect(body.providers.map((each: { id: string }) => each.id)).toEqual(['sandbox']);
  });

  it('are nothing without their token, and their token is nothing elsewhere', async () => {
    const page = await openConnectPage(stack.admin);
    const anybody = stack.clientWith(null);
    const ask = (headers: Record<string, string>) => anybody.get('/v1/connect-session', { headers });
    expect(await ask({})).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(await ask({ 'x-connect-session': page.id })).toMatchObject({
      status: 404,
      body: { code: 'connect_session_not_found' },
    });
    expect(await ask({ authorization: `Bearer ${page.token}` })).toMatchObject({ status: 401 });
    const headers = { 'x-connect-session': page.token };
    for (const path of [
      '/v1/credentials',
      '/v1/authorizations',
      '/v1/providers',
      `/v1/connect-sessions/${page.id}`,
    ]) {
      expect(await anybody.get(path, { headers }), path).toMatchObject({ status: 401 });
      expect(await stack.clientWith(page.token).get(path), path).toMatchObject({ status: 401 });
    }
  });

  it('neither follow nor cancel what is not theirs', async () => {
    const { authorization } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_of_somebody_else' });
    const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
    const neighbour = await openConnectPage(stack.admin);
    const theirs = await neighbour.post('/authorizations', { provider: 'sandbox', window: 'popup' });
    const page = await openConnectPage(stack.admin);
    for (const id of [authorization.id, started.body.id, theirs.body.id]) {
      const missing = { status: 404, body: { code: 'authorization_not_found' } };
      expect(await page.get(`/authorizations/${id}`)).toMatchObject(missing);
      expect(await page.post(`/authorizations/${id}/cancel`)).toMatchObject(missing);
    }
    expect((await neighbour.get(`/authorizations/${theirs.body.id}`)).body.status).toBe('awaiting_consent');
  });

  it('connect no other provider than theirs', async () => {
    const page = await openConnectPage(stack.admin, { providers: ['jina_reader'] });
    const refused = { status: 404, body: { code: 'provider_not_found' } };
    expect(await page.post('/authorizations', { provider: 'sandbox', window: 'popup' })).toMatchObject(
      refused,
    );
    expect(
      await page.post('/credentials', { provider: 'sandbox', fields: { apiKey: 'sbx_valid_x' } }),
    ).toMatchObject(refused);
  });

  it('let nobody with the link choose who sees the credential, or which one it becomes', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const page = await openConnectPage(stack.admin);
    const asked = { provider: 'sandbox', window: 'popup' };
    for (const more of [
      { credentialId: credential.id },
      { visibility: 'private' },
      { confirm: false },
      { returnUrl: stack.url },
      { allowAccountChange: true },
    ]) {
      expect((await page.post('/authorizations', { ...asked, ...more })).status, JSON.stringify(more)).toBe(
        400,
      );
    }
  });

  it('console C25: over after their time, but can be looked at; the next day they are gone', async () => {
    const page = await openConnectPage(stack.admin);
    const age = (interval: string) =>
      stack.database.superuser.query(
        `update connect_session set expires_at = now() - $1::interval where id = $2`,
        [interval, page.id],
      );
    await age('1 second');
    expect((await page.get()).body).toMatchObject({ status: 'expired', outcome: { status: 'expired' } });
    expect(await page.post('/authorizations', { provider: 'sandbox', window: 'popup' })).toMatchObject({
      status: 410,
      body: { code: 'connect_session_over' },
    });
    await age('61 minutes');
    expect(await page.get()).toMatchObject({ status: 404, body: { code: 'connect_session_not_found' } });
  });

  it('have calls of their page in the audit, as their own', async () => {
    const page = await openConnectPage(stack.admin);
    await page.post('/authorizations', { provider: 'sandbox', window: 'popup' });
    await page.post('/close');
    const { rows } = await stack.database.superuser.query(
      `select action, actor_type, actor_name from audit_entry where actor_id = $1 order by position`,
      [page.id],
    );
    expect(rows).toEqual(
      ['authorization.start', 'authorization.cancel', 'connect_session.close'].map((action) => ({
        action,
        actor_type: 'connect_session',
        actor_name: 'admin token',
      })),
    );
  });

  it('end with the service token that made them, and so does what waits for consent there', async () => {
    const { body: token } = await stack.admin.post('/v1/service-tokens', { name: 'product', role: 'editor' });
    const product = stack.clientWith(token.token);
    const page = await openConnectPage(product, { providers: ['sandbox'] });
    const started = await page.post('/authorizations', { provider: 'sandbox', window: 'popup' });
    const other = await openConnectPage(stack.admin);
    expect((await stack.admin.delete(`/v1/service-tokens/${token.id}`)).status).toBe(204);
    expect((await page.get()).body.status).toBe('closed');
    expect((await page.get(`/authorizations/${started.body.id}`)).body.status).toBe('cancelled');
    expect(await page.post('/authorizations', { provider: 'sandbox', window: 'popup' })).toMatchObject({
      status: 410,
      body: { code: 'connect_session_over' },
    });
    expect(await openBrowser().visit(page.url)).toMatchObject({ status: 410 });
    expect((await openBrowser().visit(started.body.authorizationUrl)).status).toBe(400);
    expect((await other.get()).body.status).toBe('open');
  });

  it('console C19: that went on between two questions keep nobody waiting who says what was seen', async () => {
    const page = await openConnectPage(stack.admin, { providers: ['sandbox'] });
    const started = await page.post('/authorizations', { provider: 'sandbox', window: 'popup' });
    const begun = performance.now();
    const { body } = await page.get('/outcome?wait=25&seen=.');
    expect(body).toMatchObject({ status: 'open', authorizationId: started.body.id, result: null });
    await stack.admin.get(`/v1/connect-sessions/${page.id}?wait=25&seen=${started.body.id}.failed`);
    expect(secondsSince(begun)).toBeLessThan(20);
    expect((await page.get('/outcome?wait=25&seen=é')).status).toBe(400);
    const following = page.get(`/outcome?wait=25&seen=${started.body.id}.`);
    await page.post('/close');
    expect((await following).body.status).toBe('closed');
  });

  it('that are closed wake who follows them', async () => {
    const page = await openConnectPage(stack.admin);
    const following = page.get('/outcome?wait=25');
    const watching = stack.admin.get(`/v1/connect-sessions/${page.id}?wait=25`);
    await page.post('/close');
    expect((await following).body.status).toBe('closed');
    expect((await watching).body.status).toBe('closed');
    await eventually(
      async () => {
        const { body } = await stack.admin.get(`/v1/events?subject=${page.id}`);
        return body.items.some(({ type }: { type: string }) => type === 'latchkey.connect_session.closed');
      },
      { describe: 'the event is there' },
    );
  });
});
