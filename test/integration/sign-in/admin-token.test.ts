import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const anybody = () => stack.clientWith(null);

async function signIn(): Promise<{ cookie: string }> {
  const { status, text, headers } = await anybody().post('/auth/session', { adminToken });
  expect(status, text).toBe(201);
  return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '' };
}

const sameOrigin = { 'sec-fetch-site': 'same-origin' };
const startBody = { provider: 'sandbox' };

describe(`sign-in with the admin token (${transport})`, () => {
  it('starts a session whose cookie no script can read, and says who it is', async () => {
    const answer = await anybody().post('/auth/session', { adminToken });
    expect(answer).toMatchObject({ status: 201, body: { role: 'admin', expiresAt: expect.any(String) } });
    const lifetime = Date.parse(answer.body.expiresAt) - Date.now();
    expect(Math.round(lifetime / 3_600_000)).toBe(12);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^latchkey_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(answer.text).not.toContain(cookie.split(/[=;]/)[1]);
    const { body } = await anybody().get('/auth/session', {
      headers: { cookie: cookie.split(';')[0] ?? '' },
    });
    expect(body).toMatchObject({ person: 'admin token', role: 'admin' });
    expect(body.workspaces).toContainEqual({ id: body.workspaceId, name: 'Default' });
    expect(JSON.stringify(body)).not.toContain(adminToken);
  });

  it.each(['wrong', '', adminToken.slice(0, -1), `${adminToken}x`, adminToken.toUpperCase()])(
    'is refused with %j',
    async (token) => {
      const answer = await anybody().post('/auth/session', { adminToken: token });
      expect([400, 401]).toContain(answer.status);
      expect(answer.headers.get('set-cookie')).toBeNull();
    },
  );

  it('is refused to a service token, even an administrator’s', async () => {
    const { body } = await stack.admin.post('/v1/service-tokens', { name: 'a', role: 'admin' });
    expect((await anybody().post('/auth/session', { adminToken: body.token })).status).toBe(401);
  });

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.test' },
  ])('is refused to a page of another site: %j', async (headers) => {
    const answer = await anybody().post('/auth/session', { adminToken }, { headers });
    expect(answer).toMatchObject({ status: 403, body: { code: 'cross_site_request' } });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});

describe(`a session (${transport})`, () => {
  it.each<[string, Record<string, string>]>([
    ['cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['from a sibling domain', { 'sec-fetch-site': 'same-site' }],
    ['typed into the address bar', { 'sec-fetch-site': 'none' }],
    ['with another origin', { origin: 'https://evil.test' }],
    ['with the origin "null"', { origin: 'null' }],
    ['with an origin that only begins like ours', { origin: 'ours.evil.test' }],
    ['with our origin, but cross-site', { origin: 'ours', 'sec-fetch-site': 'cross-site' }],
    ['with no sign of where it came from', {}],
  ])('writes nothing %s', async (_name, given) => {
    const { cookie } = await signIn();
    const headers = {
      cookie,
      ...given,
      ...(given['origin'] ? { origin: given['origin'].replace('ours', stack.url) } : {}),
    };
    const before = (await stack.admin.get('/v1/authorizations')).body.items.length;
    for (const [method, path] of [
      ['POST', '/v1/authorizations'],
      ['DELETE', '/v1/credentials/cred_x'],
      ['PATCH', '/v1/credentials/cred_x'],
      ['PUT', '/v1/providers/notion/oauth-client'],
      ['POST', '/v1/leases'],
    ] as const) {
      const answer = await anybody().call(method, path, { headers, body: startBody });
      expect(answer, `${method} ${path}`).toMatchObject({
        status: 403,
        body: { code: 'cross_site_request' },
      });
    }
    const signOut = await anybody().delete('/auth/session', { headers });
    expect(signOut.status).toBe(403);
    expect((await anybody().get('/auth/session', { headers: { cookie } })).status).toBe(200);
    expect((await stack.admin.get('/v1/authorizations')).body.items).toHaveLength(before);
  });

  it('writes from our own pages, by fetch metadata or by origin, and reads', async () => {
    const { cookie } = await signIn();
    for (const proof of [sameOrigin, { origin: stack.url }]) {
      const answer = await anybody().post('/v1/authorizations', startBody, { headers: { cookie, ...proof } });
      expect(answer.status, answer.text).toBe(201);
    }
    expect((await anybody().get('/v1/credentials', { headers: { cookie } })).status).toBe(200);
  });

  it('a token beside the cookie needs no origin: no other site could send it', async () => {
    const { cookie } = await signIn();
    const answer = await stack.admin.post('/v1/authorizations', startBody, { headers: { cookie } });
    expect(answer.status).toBe(201);
  });

  it('ends for good when it is signed out, even for a copied cookie, and once is enough', async () => {
    const { cookie } = await signIn();
    const headers = { cookie, ...sameOrigin };
    const ended = await anybody().delete('/auth/session', { headers });
    expect(ended.status).toBe(204);
    expect(ended.headers.get('set-cookie')).toMatch(/^latchkey_session=; .*Expires=Thu, 01 Jan 1970/);
    expect((await anybody().get('/auth/session', { headers })).status).toBe(401);
    expect((await anybody().get('/v1/credentials', { headers })).status).toBe(401);
    expect((await anybody().delete('/auth/session', { headers })).status).toBe(204);
  });

  it('ends when its time is over', async () => {
    const { cookie } = await signIn();
    await stack.database.superuser.query(
      `update console_session set expires_at = now() - interval '1 second'`,
    );
    expect((await anybody().get('/v1/credentials', { headers: { cookie } })).status).toBe(401);
    expect((await anybody().get('/auth/session', { headers: { cookie } })).status).toBe(401);
  });

  it('console C24: goes to the provider without being asked for what it started itself, and only for that', async () => {
    const mine = openBrowser();
    const { cookie } = await signIn();
    const byMe = await anybody().post('/v1/authorizations', startBody, {
      headers: { cookie, ...sameOrigin },
    });
    const url: string = byMe.body.authorizationUrl;
    const onward = await mine.visit(url, { cookie });
    expect([onward.status, onward.location?.startsWith(`${stack.sandbox.url}/oidc/auth?`)]).toEqual([
      302,
      true,
    ]);
    const colleague = await signIn();
    for (const other of [{}, colleague, { cookie: 'latchkey_session=made-up' }]) {
      const asked = await openBrowser().visit(url, other);
      expect([asked.status, asked.location]).toEqual([200, null]);
      expect(asked.text).toContain('Continue to');
    }
    const byToken = await stack.admin.post('/v1/authorizations', startBody);
    expect((await mine.visit(byToken.body.authorizationUrl, { cookie })).status).toBe(200);
  });
});
