import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../../support/browser.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    env: ({ url }) => ({
      OIDC_ISSUER: `${url}/oidc`,
      OIDC_CLIENT_ID: 'console',
      OIDC_CLIENT_SECRET: 'console-secret',
      OIDC_ALLOWED_EMAILS: 'ada@sandbox.test, alan@sandbox.test',
      OIDC_ROLE_CLAIM: 'name',
      OIDC_ROLE_MAPPING: 'Alan Turing=editor',
    }),
  });
});

afterAll(() => stack.close());

/** Goes to the issuer and back, but stops before our callback is opened. */
async function untilCallback(account: 'ada' | 'alan' | 'grace', browser: Browser = openBrowser()) {
  await stack.sandbox.control.updateSettings({ account });
  const { url } = await browser.follow(`${stack.url}/auth/login`, `${stack.url}/auth/callback`);
  return { callback: url, browser };
}

const cookieOf = (browser: Browser) => browser.cookies().get(`${new URL(stack.url).host} latchkey_session`);
const sessionOf = (browser: Browser) => browser.visit(`${stack.url}/auth/session`);

async function sessions(): Promise<number> {
  const { rows } = await stack.database.superuser.query('select count(*)::int as n from console_session');
  return rows[0].n;
}

async function expectRefusal(browser: Browser, callback: string, status: number, code: string) {
  const before = await sessions();
  const page = await browser.visit(callback);
  expect([page.status, page.text.includes(code)], page.text).toEqual([status, true]);
  expect(page.headers['content-type']).toContain('text/html');
  expect(cookieOf(browser)).toBeUndefined();
  expect(await sessions()).toBe(before);
}

describe(`sign-in by the operator's issuer (${transport})`, () => {
  it('goes there with PKCE, state and nonce, and keeps what it needs in short-lived HttpOnly cookies', async () => {
    const { location, headers, status } = await openBrowser().visit(`${stack.url}/auth/login`);
    expect(status).toBe(302);
    const { origin, pathname, searchParams } = new URL(location ?? '');
    expect(origin + pathname).toBe(`${stack.sandbox.url}/oidc/auth`);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: 'console',
      response_type: 'code',
      redirect_uri: `${stack.url}/auth/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{20,}$/),
      nonce: expect.stringMatching(/^[\w-]{20,}$/),
      scope: expect.stringContaining('openid'),
    });
    for (const cookie of headers['set-cookie'] ?? []) {
      expect(cookie).toMatch(/Max-Age=600; Path=\/auth; HttpOnly; SameSite=Lax$/);
    }
    const again = await openBrowser().visit(`${stack.url}/auth/login`);
    expect(new URL(again.location ?? '').searchParams.get('state')).not.toBe(searchParams.get('state'));
  });

  it('ends with a session: an HttpOnly cookie, and who it is in which role', async () => {
    const { callback, browser } = await untilCallback('ada');
    const page = await browser.visit(callback);
    expect([page.status, page.location]).toEqual([303, `${stack.url}/`]);
    const cookie = (page.headers['set-cookie'] ?? []).find((line) => line.startsWith('latchkey_session='));
    expect(cookie).toMatch(/^latchkey_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    const session = await sessionOf(browser);
    expect(JSON.parse(session.text)).toMatchObject({ person: 'ada@sandbox.test', role: 'viewer' });
    const { rows } = await stack.database.superuser.query(
      'select * from console_session order by created_at desc limit 1',
    );
    expect(JSON.stringify(rows)).not.toContain(cookieOf(browser));
  });

  it('maps claims to roles, and the role decides what the session may do', async () => {
    const { callback, browser } = await untilCallback('alan');
    await browser.visit(callback);
    expect(JSON.parse((await sessionOf(browser)).text)).toMatchObject({
      person: 'alan@sandbox.test',
      role: 'editor',
    });
    expect((await browser.visit(`${stack.url}/v1/credentials`)).status).toBe(200);
    expect((await browser.visit(`${stack.url}/v1/service-tokens`)).status).toBe(403);
  });

  it('refuses an account that is not on the list, after the issuer has vouched for it', async () => {
    const { callback, browser } = await untilCallback('grace');
    await expectRefusal(browser, callback, 403, 'forbidden');
  });

  it('refuses a callback that was used before', async () => {
    const { callback, browser } = await untilCallback('ada');
    await browser.visit(callback);
    const before = await sessions();
    expect((await browser.visit(callback)).status).toBe(400);
    expect(await sessions()).toBe(before);
  });

  it('refuses the callback in another browser, with or without a sign-in of its own under way', async () => {
    const { callback, browser } = await untilCallback('ada');
    await expectRefusal(openBrowser(), callback, 400, 'invalid_callback');
    const other = await untilCallback('ada');
    await expectRefusal(other.browser, callback, 400, 'invalid_callback');
    expect((await browser.visit(callback)).status).toBe(303);
  });

  it.each([
    ['another state', (url: URL) => url.searchParams.set('state', 'A'.repeat(22))],
    ['no state', (url: URL) => url.searchParams.delete('state')],
    ['two states', (url: URL) => url.searchParams.append('state', 'x')],
    ['another code', (url: URL) => url.searchParams.set('code', 'x')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    ['two codes', (url: URL) => url.searchParams.append('code', 'x')],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.test')],
    ['no issuer, though it promises one', (url: URL) => url.searchParams.delete('iss')],
    ['an error', (url: URL) => url.searchParams.set('error', 'access_denied')],
  ])('refuses %s', async (_name, change) => {
    const { callback, browser } = await untilCallback('ada');
    const changed = new URL(callback);
    change(changed);
    await expectRefusal(browser, changed.href, 400, 'invalid_callback');
  });

  it('leaves who signed in, and when, in the audit', async () => {
    const { callback, browser } = await untilCallback('ada');
    await browser.visit(callback);
    const { rows } = await stack.database.superuser.query(
      `select data from audit_entry where action = 'session.start' order by at desc limit 1`,
    );
    expect(rows[0].data).toMatchObject({ person: 'ada@sandbox.test', role: 'viewer' });
  });
});
