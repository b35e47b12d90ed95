import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { openConnectPage } from '../../support/connect-page.ts';
import { connect } from '../../support/flows.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());
beforeEach(() => stack.sandbox.control.updateSettings({ autoApprove: true, account: 'ada' }));

const popup = { provider: 'sandbox', window: 'popup' };

/** A browser with the binding cookie that an answer has set. */
function browserWith(answer: { headers: Headers }) {
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const browser = openBrowser();
  return {
    cookie,
    follow: async (url: string) => {
      const first = await browser.visit(url, { cookie });
      return first.location === null ? { ...first, url } : { ...(await browser.follow(first.location)), url };
    },
    visit: (url: string) => browser.visit(url, { cookie }),
  };
}

describe(`an account on the connect page (${transport})`, () => {
  it('console C24: in the browser that asked goes on without asking, and is connected', async () => {
    const page = await openConnectPage(stack.admin, { providers: ['sandbox'] });
    const started = await page.post('/authorizations', popup);
    expect(started.status, started.text).toBe(201);
    const { cookie, visit } = browserWith(started);
    const onward = await visit(started.body.authorizationUrl);
    expect(onward.status).toBe(302);
    const answered = await openBrowser().visit(onward.location ?? '');
    const callback = await openBrowser().visit(answered.location ?? '', { cookie });
    expect(callback.status).toBe(200);
    expect(await page.finish(started.body.id)).toMatchObject({ status: 'succeeded' });
    expect((await page.get()).body).toMatchObject({
      status: 'connected',
      outcome: {
        result: 'succeeded',
        authorizationId: started.body.id,
        accountName: expect.stringContaining('Ada'),
      },
    });
  });

  it('console C24: in any other browser asks first, in whose workspace, and for whom', async () => {
    const page = await openConnectPage(stack.admin);
    const started = await page.post('/authorizations', popup);
    const forwarded = await openBrowser().visit(started.body.authorizationUrl);
    expect(forwarded.status).toBe(200);
    expect(forwarded.text).toContain('Default');
    expect(forwarded.text).toContain('Asked for by: admin token');
    const other = await openConnectPage(stack.admin);
    const { visit } = browserWith(await other.post('/authorizations', popup));
    expect((await visit(started.body.authorizationUrl)).status).toBe(200);
    const forged = await openBrowser().visit(started.body.authorizationUrl, {
      cookie: 'latchkey_browser=x.y',
    });
    expect(forged.status).toBe(200);
    expect((await page.get()).body.status).toBe('open');
  });

  it('keeps the binding of a browser that is connecting something else at the same time', async () => {
    const first = await openConnectPage(stack.admin);
    const { cookie, visit } = browserWith(await first.post('/authorizations', popup));
    const second = await openConnectPage(stack.admin);
    const started = await second.post('/authorizations', popup, { cookie });
    expect(started.headers.get('set-cookie')).toContain(cookie);
    expect((await visit(started.body.authorizationUrl)).status).toBe(302);
  });

  it('console C3: asked for again ends the attempt before, whose link is dead then', async () => {
    const page = await openConnectPage(stack.admin);
    const first = await page.post('/authorizations', popup);
    const second = await page.post('/authorizations', popup);
    const read = await page.get();
    expect(
      read.body.authorizations.map((each: { id: string; status: string }) => [each.id, each.status]),
    ).toEqual([
      [second.body.id, 'awaiting_consent'],
      [first.body.id, 'cancelled'],
    ]);
    expect((await browserWith(first).visit(first.body.authorizationUrl)).status).toBe(400);
  });

  it('console C3: of attempts at the same moment one is left', async () => {
    const page = await openConnectPage(stack.admin);
    const all = await Promise.all([1, 2, 3, 4].map(() => page.post('/authorizations', popup)));
    expect(all.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const { body } = await page.get();
    const statuses = body.authorizations.map((each: { status: string }) => each.status);
    expect(statuses.toSorted()).toEqual(['awaiting_consent', 'cancelled', 'cancelled', 'cancelled']);
  });

  it('denied at the provider may be asked for again, and closes with what happened', async () => {
    await stack.sandbox.control.updateSettings({ autoApprove: 'deny' });
    const page = await openConnectPage(stack.admin, { returnUrl: `${stack.url}/done`, state: 's' });
    const started = await page.post('/authorizations', { ...popup, window: 'tab' });
    const { cookie, visit } = browserWith(started);
    const onward = await visit(started.body.authorizationUrl);
    const answered = await openBrowser().visit(onward.location ?? '');
    const back = await openBrowser().visit(answered.location ?? '', { cookie });
    expect(back.status).toBe(200);
    // The tab comes back to the page, at an address that holds no token.
    expect(back.text).toContain(`/connect/resume/${page.id}?status=failed`);
    expect(back.text).not.toContain(page.token);
    expect((await page.get()).body.outcome).toMatchObject({
      status: 'open',
      result: 'failed',
      code: 'consent_denied',
    });
    expect((await page.post('/authorizations', popup)).status).toBe(201);
    const closed = await page.post('/close');
    expect(closed.body).toMatchObject({ status: 'closed', result: 'cancelled' });
    expect(closed.body.returnTo).toMatch(
      /\/done\?status=cancelled&sessionId=cs_\w+&authorizationId=auth_\w+&code=authorization_cancelled&state=s$/,
    );
    expect((await page.post('/close')).body).toEqual(closed.body);
    expect(await page.post('/authorizations', popup)).toMatchObject({ status: 410 });
  });

  it('closed before anything began goes back as cancelled', async () => {
    const page = await openConnectPage(stack.admin, { mode: 'redirect', returnUrl: `${stack.url}/done` });
    expect((await page.post('/close')).body).toMatchObject({
      status: 'closed',
      result: null,
      returnTo: `${stack.url}/done?status=cancelled&sessionId=${page.id}`,
    });
  });

  it('connected again keeps its credential, and refuses another account', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    await stack.sandbox.control.updateSettings({ account: 'alan' });
    const page = await openConnectPage(stack.admin, { credentialId: credential.id });
    const attempt = async () => {
      const started = await page.post('/authorizations', popup);
      const { cookie, visit } = browserWith(started);
      const onward = await visit(started.body.authorizationUrl);
      const answered = await openBrowser().visit(onward.location ?? '');
      await openBrowser().visit(answered.location ?? '', { cookie });
      return page.finish(started.body.id);
    };
    expect(await attempt()).toMatchObject({ status: 'failed', error: { code: 'account_mismatch' } });
    await stack.sandbox.control.updateSettings({ account: 'ada' });
    expect(await attempt()).toMatchObject({ status: 'succeeded', credentialId: credential.id });
  });

  it('is followed by long polls that answer at the change', async () => {
    const page = await openConnectPage(stack.admin);
    const started = await page.post('/authorizations', popup);
    const began = performance.now();
    const following = page.get(`/authorizations/${started.body.id}?wait=25`);
    const watching = stack.admin.get(`/v1/connect-sessions/${page.id}?wait=25&seen=${started.body.id}.`);
    await page.post(`/authorizations/${started.body.id}/cancel`);
    expect((await following).body.status).toBe('cancelled');
    expect((await watching).body.result).toBe('cancelled');
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
