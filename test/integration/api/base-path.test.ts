import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { openClient } from '../../support/client.ts';
import { connectPageAt } from '../../support/connect-page.ts';
import { finish } from '../../support/flows.ts';
import { startHostedStack, type HostedStack } from '../../support/hosted-stack.ts';
import { adminToken, type Stack } from '../../support/stack.ts';

const path = '/tools/latchkey';

describe.each([
  ['takes the path off', true],
  ['leaves the path on', false],
] as const)('under a path of somebody else’s host, whose proxy %s', (_how, strips) => {
  let hosted: HostedStack;
  let stack: Stack;
  let lines: string[];

  beforeAll(async () => {
    lines = [];
    hosted = await startHostedStack({
      path,
      strips,
      options: {
        onLog: (line) => lines.push(line),
        env: ({ url }) => ({
          RATE_LIMITS: 'guess=10/600',
          OIDC_ISSUER: `${url}/oidc`,
          OIDC_CLIENT_ID: 'console',
          OIDC_CLIENT_SECRET: 'console-secret',
          OIDC_ALLOWED_EMAILS: 'ada@sandbox.test',
        }),
      },
    });
    ({ stack } = hosted);
  });

  afterAll(() => hosted.close());

  it('an account is connected by OAuth, at addresses under the path and by cookies for it', async () => {
    const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
    expect(started.body.authorizationUrl).toMatch(new RegExp(`^${stack.url}/oauth/start/[\\w-]+$`));
    const browser = openBrowser();
    const asked = await browser.visit(started.body.authorizationUrl);
    expect(asked.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^latchkey_browser~tools~latchkey=[^;]+; Max-Age=600; Path=\/tools\/latchkey; HttpOnly; SameSite=Lax$/,
      ),
    ]);
    const [, next = ''] = /class="button" href="([^"]+)"/.exec(asked.text) ?? [];
    const onward = await browser.visit(new URL(next, stack.url).href);
    expect(new URL(onward.location ?? '').searchParams.get('redirect_uri')).toBe(
      `${stack.url}/oauth/callback/sandbox`,
    );
    const back = await browser.follow(onward.location ?? '');
    expect(back.url).toContain(`${stack.url}/oauth/callback/sandbox?`);
    expect(back.text).toContain(`data-origin="${new URL(stack.url).origin}"`);
    const { status } = await finish(stack.admin, started.body.id);
    expect(status).toBe('succeeded');
    const followed = await browser.visit(`${stack.url}/oauth/status/${started.body.id}`);
    expect(JSON.parse(followed.text)).toMatchObject({ status: 'succeeded' });
  });

  it('a session of the console is kept for the path, works from its origin, and ends', async () => {
    const anybody = stack.clientWith(null);
    const begun = await anybody.post('/auth/session', { adminToken });
    const cookie = begun.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^latchkey_session~tools~latchkey=[\w-]{43}; Max-Age=43200; Path=\/tools\/latchkey; HttpOnly; SameSite=Lax$/,
    );
    const { origin } = new URL(stack.url);
    const headers = { cookie: cookie.split(';', 1)[0] ?? '', origin };
    expect((await anybody.get('/auth/session', { headers })).body.csrf).toBe(origin);
    const body = { name: 'By session', role: 'viewer' };
    expect((await anybody.post('/v1/service-tokens', body, { headers })).status).toBe(201);
    const foreign = { ...headers, origin: stack.url };
    expect((await anybody.post('/v1/service-tokens', body, { headers: foreign })).status).toBe(403);
    const ended = await anybody.delete('/auth/session', { headers });
    expect(ended.headers.get('set-cookie')).toMatch(
      /^latchkey_session~tools~latchkey=; Max-Age=0; Path=\/tools\/latchkey; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    );
    expect((await anybody.get('/auth/session', { headers })).status).toBe(401);
  });

  it('people sign in at an issuer, and come back to the console', async () => {
    const browser = openBrowser();
    await stack.sandbox.control.updateSettings({ account: 'ada' });
    const begun = await browser.visit(`${stack.url}/auth/login`);
    expect(new URL(begun.location ?? '').searchParams.get('redirect_uri')).toBe(`${stack.url}/auth/callback`);
    for (const cookie of begun.headers['set-cookie'] ?? [])
      expect(cookie).toMatch(
        /^oauth2-[\w-]+~tools~latchkey=[^;]+; Max-Age=600; Path=\/tools\/latchkey\/auth;/,
      );
    const { url } = await browser.follow(begun.location ?? '', `${stack.url}/auth/callback`);
    const done = await browser.visit(url);
    expect([done.status, done.location]).toEqual([303, `${stack.url}/`]);
    const session = await browser.visit(`${stack.url}/auth/session`);
    expect(JSON.parse(session.text)).toMatchObject({ person: 'ada@sandbox.test' });
  });

  it('a connect session has its page, its calls and its way back under the path', async () => {
    const { origin } = new URL(stack.url);
    const made = await stack.admin.post('/v1/connect-sessions', {
      providers: ['sandbox'],
      allowedOrigins: [origin],
      returnUrl: `${origin}/elsewhere`,
    });
    expect(made.status, made.text).toBe(201);
    expect(made.body.url).toMatch(new RegExp(`^${stack.url}/connect/session/[\\w-]+$`));
    const page = connectPageAt(made.body);
    expect((await page.get()).body).toMatchObject({ id: made.body.id });
    const { body } = await page.post('/authorizations', { provider: 'sandbox', window: 'tab' });
    const { rows } = await stack.database.superuser.query(
      `select connect->>'returnUrl' as back from "authorization" where id = $1`,
      [body.id],
    );
    expect(rows).toEqual([{ back: `${stack.url}/connect/resume/${made.body.id}` }]);
    const preflight = await stack.clientWith(null).call('OPTIONS', '/v1/connect-session/outcome', {
      headers: { origin: 'https://app.test', 'access-control-request-method': 'GET' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.test');
  });

  it('redirects to our own pages stay under the path, and so does what the page of the API loads', async () => {
    const anybody = stack.clientWith(null);
    const again = await anybody.get('/connect/cred_x');
    expect([again.status, again.headers.get('location')]).toEqual([302, `${path}/?connect=cred_x`]);
    const docs = await anybody.get('/docs', { headers: { accept: 'text/html' } });
    expect([docs.status, docs.headers.get('location')]).toEqual([302, `${path}/`]);
    const { text } = await stack.admin.get('/docs');
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(loaded.length).toBeGreaterThan(3);
    expect(loaded.filter((address) => !address.startsWith(`${path}/docs/static/`))).toEqual([]);
    expect((await stack.admin.get('/openapi.json')).body.servers).toEqual([{ url: path }]);
  });

  it('problems point under the path, and speak of nothing but what was asked', async () => {
    const missing = await stack.admin.get('/v1/nothing');
    expect(missing.body).toMatchObject({
      type: `${stack.url}/docs/errors/not_found`,
      code: 'not_found',
      detail: 'There is nothing at this address.',
    });
    const method = await stack.admin.delete('/v1/providers');
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('the log and the metrics know no path but that of the API', async () => {
    await stack.admin.get('/v1/credentials?limit=1');
    expect(lines.some((line) => line.includes('"path":"/v1/credentials"'))).toBe(true);
    expect(lines.filter((line) => line.includes(`"path":"${path}`))).toEqual([]);
    const { text } = await stack.admin.get('/metrics');
    expect(text).toContain('route="/v1/credentials"');
    expect(text).not.toContain('route="/tools');
  });

  it('wrong tokens are turned away before anything is spent on them', async () => {
    const about = (id: string) => lines.filter((line) => line.includes(id));
    let refused = await stack.clientWith('lk_wrong_0').get('/v1/providers');
    for (let guess = 1; refused.status === 401 && guess < 20; guess += 1)
      refused = await stack.clientWith(`lk_wrong_${guess}`).get('/v1/providers');
    expect(refused.status).toBe(429);
    expect(about(refused.body.requestId)).toEqual([]);
  });

  it('the host has no other address of ours, and the API is also found without the path', async () => {
    expect(hosted.strays).toEqual([]);
    const direct = openClient(hosted.directUrl, adminToken);
    for (const [address, status] of [
      ['/livez', 200],
      ['/tools/latchkey/livez', 200],
      ['/tools/latchkey', 200],
      ['/tools/latchkey?workspace=x', 200],
      ['/tools/latchkeys/livez', 404],
      ['/tools/latchkey/tools/latchkey/livez', 404],
      ['/tools/livez', 404],
      ['/TOOLS/latchkey/livez', 404],
      ['/tools%2Flatchkey/livez', 404],
      ['/x/tools/latchkey/livez', 404],
    ] as const)
      expect([address, (await direct.get(address)).status]).toEqual([address, status]);
  });
});
