import { failures, type FailureCode } from '@latchkey/core/errors.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import actors from '@latchkey/texts/en/connect.json' with { type: 'json' };
import texts from '@latchkey/texts/en/failures.json' with { type: 'json' };
import { launchChromium, openWatched } from '../support/chromium.ts';
import { makeSession, openProvider } from '../support/connect-browser.ts';
import { connectPageAt } from '../support/connect-page.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { expectFit, narrow } from '../support/expect-fit.ts';
import { codeChallenge } from '../support/held-consent.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const sandbox = { providers: ['sandbox'] };
const firecrawl = { providers: ['firecrawl'] };

const visitSession = async (page: Page, body: Record<string, unknown>) => {
  const session = await makeSession(stack, body);
  await page.goto(session.url);
  return session;
};

const expire = (id: string) =>
  stack.database.superuser.query(
    `update connect_session set expires_at = now() - interval '1 s' where id = $1`,
    [id],
  );

async function startLink(body: object = {}): Promise<string> {
  const asked = { provider: 'sandbox', ...body };
  return (await stack.admin.post('/v1/authorizations', asked)).body.authorizationUrl;
}

/** Ways to the states that the other tests of the page do not look at, and the heading that each has. */
const states: [string, string, (page: Page) => Promise<unknown>][] = [
  [
    'a blocked window',
    'The browser did not open the window',
    async (page) => {
      await page.addInitScript('window.open = () => null');
      await visitSession(page, sandbox);
      await page.getByRole('button', { name: 'Continue to Sandbox' }).click();
    },
  ],
  [
    'a window that looks closed',
    'Connecting Sandbox…',
    async (page) => {
      await visitSession(page, sandbox);
      const popup = await openProvider(page);
      await popup.getByRole('button', { name: 'Allow access' }).waitFor();
      await popup.close();
      await page.getByText('Closed the window?').waitFor();
    },
  ],
  [
    'the question before leaving',
    'Leave without connecting?',
    async (page) => {
      await visitSession(page, firecrawl);
      await page.getByLabel('API key', { exact: true }).fill('fc-typed');
      await page.getByRole('button', { name: 'Close' }).click();
    },
  ],
  [
    'a closed session',
    'This page has been closed',
    async (page) => {
      await visitSession(page, firecrawl);
      await page.getByRole('button', { name: 'Close' }).click();
    },
  ],
  [
    'a session that expires',
    'This page has expired',
    async (page) => {
      const { id } = await visitSession(page, firecrawl);
      await page.getByRole('heading').first().waitFor();
      await expire(id);
    },
  ],
  [
    'a used link',
    'This link has done its work, or has expired',
    async (page) => {
      const { id, url } = await makeSession(stack, sandbox);
      await expire(id);
      await page.goto(url);
    },
  ],
  ['an unknown link', 'This link is not known', (page) => page.goto(`${stack.url}/connect/session/unknown`)],
  [
    'a tab that lost its way',
    'This tab does not know what it was doing',
    (page) => page.goto(`${stack.url}/connect/resume/cs_nothing`),
  ],
  [
    'a refusal',
    'That was a little fast',
    async (page) => {
      const refusal = {
        type: 'x',
        title: 'Slow down',
        status: 429,
        code: 'too_many_requests',
        requestId: 'req_1',
      };
      await page.route('**/v1/connect-session/credentials', (route) =>
        route.fulfill({
          status: 429,
          contentType: 'application/problem+json',
          body: JSON.stringify(refusal),
        }),
      );
      await visitSession(page, firecrawl);
      await page.getByLabel('API key', { exact: true }).fill('fc-typed');
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
    },
  ],
  [
    'the window before it is told where to go',
    'Connecting…',
    (page) => page.goto(`${stack.url}/connect/window`),
  ],
  [
    'the question of whose workspace it is',
    'Connect Sandbox to “Default”',
    async (page) => page.goto(await startLink()),
  ],
  [
    'a start link of nobody',
    'This authorization answer cannot be accepted',
    (page) => page.goto(`${stack.url}/oauth/start/unknown`),
  ],
  [
    'a consent that was denied',
    'Sandbox was not connected',
    async (page) => {
      await page.goto(await startLink({ confirm: false }));
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.getByText('Technical details').click();
    },
  ],
  [
    'a consent on its way to be verified',
    'Finishing the connection…',
    async (page) => {
      // An answer without a content leaves the browser on the page that sent it there.
      await page.route(/\/done\?/, (route) => route.fulfill({ status: 204 }));
      const bound = connectPageAt(
        await makeSession(stack, { ...sandbox, codeChallenge, returnUrl: `${stack.url}/done` }),
      );
      const { body } = await bound.post('/authorizations', { provider: 'sandbox', window: 'popup' });
      await page.goto(body.authorizationUrl);
      await page.getByRole('link', { name: 'Continue to Sandbox' }).click();
      await page.getByRole('button', { name: 'Allow access' }).click();
    },
  ],
];

describe.skipIf(chromiumPath === null)('every state of connecting', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await stack.sandbox.control.updateSettings({ autoApprove: false });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  async function expectFitInBoth(page: Page, name: string): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectFit(page, `connect-state-${name.replaceAll(' ', '-')}-${colorScheme}`);
    }
  }

  it.each(states)(
    'console C28: %s fits 320 px in both colours, and axe finds nothing',
    async (name, heading, go) => {
      const watched = await openWatched(browser, narrow);
      const page = await watched.context.newPage();
      await go(page);
      await page.getByRole('heading', { name: heading }).waitFor();
      await expectFitInBoth(page, name);
      expect(watched.violations).toEqual([]);
      await watched.context.close();
    },
  );

  it.each(Object.keys(failures) as FailureCode[])(
    'console C27, C28: the failure %s has a box of its own that says who acts and offers one thing, in both colours',
    async (code) => {
      const session = await makeSession(stack, sandbox);
      const asked = { provider: 'sandbox', window: 'popup' };
      const { body } = await connectPageAt(session).post('/authorizations', asked);
      const { actor, message, retryable } = failures[code];
      await stack.database.superuser.query(
        `update "authorization" set status = 'failed', finished_at = now(), error_code = $2, error_message = $3,
           error_retryable = $4, error_actor = $5 where id = $1`,
        [body.id, code, message, retryable, actor],
      );
      const watched = await openWatched(browser, narrow);
      const page = await watched.context.newPage();
      await page.goto(session.url);
      const box = page.locator('.failure');
      await box.getByText('Technical details').click();
      expect(await box.getByRole('heading').textContent()).toBe(
        texts[code].title.replaceAll('{{provider}}', 'Sandbox'),
      );
      expect(await box.getByText(actors.actor[actor]).count()).toBe(1);
      expect(await box.locator('button.main, a.main').count()).toBe(1);
      await expectFitInBoth(page, code);
      await watched.context.close();
    },
  );
});
