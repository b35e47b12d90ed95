import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type Browser } from '../support/browser.ts';
import { finish, goToCallback } from '../support/flows.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(() => stack.sandbox.control.clearLog());

const untilCallback = () => goToCallback(stack, { provider: 'sandbox' });

async function expectRefusal(url: string, browser: Browser) {
  const page = await browser.visit(url);
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(page.status).toBeLessThan(500);
  expect(page.text).toContain('invalid_callback');
  expect(page.headers['cache-control']).toContain('no-store');
  expect(page.headers['referrer-policy']).toBe('no-referrer');
}

async function tokenRequests() {
  return stack.sandbox.control.log({ endpoint: 'token' });
}

async function stillWaits(id: string) {
  expect((await stack.admin.get(`/v1/authorizations/${id}`)).body.status).toBe('awaiting_consent');
}

describe(`the callback (${transport})`, () => {
  it('A2: a used callback URL is refused and no second token request leaves', async () => {
    const { id, callback, browser } = await untilCallback();
    expect((await browser.visit(callback.href)).status).toBe(200);
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
    const before = await tokenRequests();
    expect(before).toHaveLength(1);
    await expectRefusal(callback.href, browser);
    expect(await tokenRequests()).toHaveLength(1);
  });

  it('A2: of two callbacks at the same moment one is taken', async () => {
    const { id, callback, browser } = await untilCallback();
    const pages = await Promise.all([browser.visit(callback.href), browser.visit(callback.href)]);
    expect(pages.map((page) => String(page.status)).toSorted()).toEqual(['200', '400']);
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
    expect(await tokenRequests()).toHaveLength(1);
  });

  it('A3: another browser than the one that started is refused', async () => {
    const { id, callback, browser } = await untilCallback();
    await expectRefusal(callback.href, openBrowser());
    const other = await untilCallback();
    await expectRefusal(callback.href, other.browser);
    expect(await tokenRequests()).toEqual([]);
    await stillWaits(id);
    expect((await browser.visit(callback.href)).status).toBe(200);
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
  });

  it('A6: an answer on another provider’s path is refused', async () => {
    const { id, callback, browser } = await untilCallback();
    await expectRefusal(callback.href.replace('/callback/sandbox', '/callback/dropbox'), browser);
    await expectRefusal(callback.href.replace('/callback/sandbox', '/callback/nobody'), browser);
    expect(await tokenRequests()).toEqual([]);
    await stillWaits(id);
  });

  it('A6: a wrong or missing iss is refused where the server advertises it', async () => {
    const { id, callback, browser } = await untilCallback();
    const wrong = new URL(callback);
    wrong.searchParams.set('iss', 'https://evil.example');
    await expectRefusal(wrong.href, browser);
    const missing = new URL(callback);
    missing.searchParams.delete('iss');
    await expectRefusal(missing.href, browser);
    expect(await tokenRequests()).toEqual([]);
    await stillWaits(id);
  });

  it('A10: duplicate, oversize and unknown parameters are refused and nothing is reflected', async () => {
    const { id, callback, browser } = await untilCallback();
    for (const name of ['code', 'state', 'iss']) {
      await expectRefusal(`${callback.href}&${name}=${callback.searchParams.get(name)}`, browser);
    }
    const oversize = new URL(callback);
    oversize.searchParams.set('code', 'x'.repeat(5000));
    await expectRefusal(oversize.href, browser);
    const probe = await browser.visit(`${callback.href}&evil=%3Cscript%3Ereflected%3C/script%3E`);
    expect(probe.status).toBe(400);
    expect(probe.text).not.toContain('reflected');
    expect(await tokenRequests()).toEqual([]);
    await stillWaits(id);
  });

  it('A1: an expired state is refused', async () => {
    const { id, callback, browser } = await untilCallback();
    await stack.database.superuser.query(
      `update authorization_state set expires_at = now() - interval '1 second' where authorization_id = $1`,
      [id],
    );
    await expectRefusal(callback.href, browser);
    expect(await tokenRequests()).toEqual([]);
  });

  it('A1: a state of our own making is refused', async () => {
    const { callback, browser } = await untilCallback();
    callback.searchParams.set('state', 'A'.repeat(43));
    await expectRefusal(callback.href, browser);
    expect(await tokenRequests()).toEqual([]);
  });

  it('A8: the redirect URI is PUBLIC_URL’s, whatever Host and X-Forwarded-Host say', async () => {
    const started = await stack.admin.post(
      '/v1/authorizations',
      { provider: 'sandbox', confirm: false },
      {
        headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      },
    );
    const answer = await openBrowser().visit(started.body.authorizationUrl, {
      'x-forwarded-host': 'evil.example',
    });
    expect(new URL(answer.location ?? '').searchParams.get('redirect_uri')).toBe(
      `${stack.url}/oauth/callback/sandbox`,
    );
  });

  it('A9: a returnUrl outside the allow-list is refused when the authorization is made', async () => {
    for (const returnUrl of [
      'https://evil.example/',
      'javascript:alert(1)',
      `${stack.url}@evil.example/`,
      '//evil.example',
    ]) {
      const answer = await stack.admin.post('/v1/authorizations', { provider: 'sandbox', returnUrl });
      expect(answer, returnUrl).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ path: 'returnUrl' }] },
      });
    }
    expect(
      (await stack.admin.post('/v1/authorizations', { provider: 'sandbox', returnUrl: `${stack.url}/done` }))
        .status,
    ).toBe(201);
  });

  it('A4: PKCE S256 goes to the provider and the verifier does not', async () => {
    const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    const { searchParams } = new URL(
      (await openBrowser().visit(started.body.authorizationUrl)).location ?? '',
    );
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(searchParams.has('code_verifier')).toBe(false);
  });

  it('console C23: HEAD, prefetch and scanners consume nothing', async () => {
    const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    const url: string = started.body.authorizationUrl;
    await stack.admin.call('HEAD', new URL(url).pathname);
    await openBrowser().visit(url, { 'sec-purpose': 'prefetch' });
    const { rows } = await stack.database.superuser.query(
      'select count(*)::int as n from authorization_state where authorization_id = $1',
      [started.body.id],
    );
    expect(rows[0].n).toBe(0);
    await fetch(url);
    await stillWaits(started.body.id);
    const page = await openBrowser().follow(url);
    expect(page.status).toBe(200);
    expect(await finish(stack.admin, started.body.id)).toMatchObject({ status: 'succeeded' });
  });

  it('console C24: a forwarded link asks first, and its Continue link works only in the browser that was asked', async () => {
    const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
    const victim = openBrowser();
    const asked = await victim.visit(started.body.authorizationUrl);
    expect(asked.status).toBe(200);
    expect(asked.location).toBeNull();
    expect(asked.text).toContain('Default');
    const onward =
      /href="(\/oauth\/start\/[^"]+go=[^"]+)"/.exec(asked.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const forwarded = await openBrowser().visit(stack.url + onward);
    expect(forwarded.location).toBeNull();
    const page = await victim.follow(stack.url + onward);
    expect(page.status).toBe(200);
    expect(await finish(stack.admin, started.body.id)).toMatchObject({ status: 'succeeded' });
  });

  it('the status of an authorization is shown to its browser and to nobody else', async () => {
    const { id, callback, browser } = await untilCallback();
    await browser.visit(callback.href);
    await finish(stack.admin, id);
    const own = await browser.visit(`${stack.url}/oauth/status/${id}`);
    expect(JSON.parse(own.text)).toMatchObject({ status: 'succeeded', error: null });
    expect((await openBrowser().visit(`${stack.url}/oauth/status/${id}`)).status).toBe(404);
  });
});
