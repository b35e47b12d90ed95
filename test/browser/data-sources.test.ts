import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  everythingIn,
  launchChromium,
  openWatched,
  picture,
  sidewaysScroll,
  type Watched,
} from '../support/chromium.ts';
import { cardOf, configure, enterAdminToken, rowOf, signIn } from '../support/console.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { adminToken, startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const key = 'sbx_valid_secret_of_the_person';

function expectClean({ violations, errors, origins }: Watched) {
  expect(violations).toEqual([]);
  expect(errors).toEqual([]);
  expect([...origins].filter((origin) => origin !== stack.url && origin !== stack.sandbox.url)).toEqual([]);
}

async function enterKey(page: Page, value: string, name = '') {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('API key').first().fill(value);
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Add' }).click();
}

const opened = async (way: () => Promise<void>, page: Page) => {
  const opening = page.waitForEvent('popup');
  await way();
  return opening;
};

describe.skipIf(chromiumPath === null)('the data sources in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await stack.sandbox.control.updateSettings({ autoApprove: false });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('signs in, takes a key, shows it working without a reload, and keeps no secret', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await page.goto(stack.url);
    await enterAdminToken(page, 'wrong');
    await page.getByText('This is not the admin token').waitFor();
    await picture(page, 'sign-in-refused');
    await enterAdminToken(page);
    await cardOf(page, 'notion').waitFor();
    await picture(page, 'data-sources-empty');
    await configure(page, 'sandbox', 'Add API key');
    await picture(page, 'add-key');
    await enterKey(page, key, 'My key');
    await rowOf(page, 'My key').getByText('Connected').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await picture(page, 'data-sources');
    const text = await everythingIn(page);
    expect(text).toContain('My key');
    for (const secret of [key, adminToken, 'latchkey_session']) expect(text).not.toContain(secret);
    expect(watched.requests.filter((url) => url.includes(key) || url.includes(adminToken))).toEqual([]);
    expectClean(watched);
    await watched.context.close();
  });

  it('console C26: a rejected key says so at once, what was typed stays, and a second try makes no second credential', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page, stack);
    await configure(page, 'sandbox', 'Add API key');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByText('This is needed').waitFor();
    await enterKey(page, 'sbx_wrong', 'Second try');
    await dialog.locator('[data-code="key_rejected"]').waitFor();
    await picture(page, 'data-sources-key-rejected');
    expect(await dialog.getByLabel('API key').first().inputValue()).toBe('sbx_wrong');
    await enterKey(page, 'sbx_valid_second', 'Second try');
    await dialog.waitFor({ state: 'detached' });
    await rowOf(page, 'Second try').getByText('Connected').waitFor();
    const { body } = await stack.admin.get('/v1/credentials?provider=sandbox');
    expect(body.items.filter(({ name }: { name: string }) => name.startsWith('Second try'))).toHaveLength(1);
    expectClean(watched);
    await watched.context.close();
  });

  it('console C1, C16: connects an account in a window that opens in the click and closes itself', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page, stack);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/v1/authorizations', async (route) => {
      await held;
      await route.continue();
    });
    const popup = await opened(() => configure(page, 'sandbox', 'Connect account'), page);
    expect(new URL(popup.url()).origin).toBe(stack.url);
    release();
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    await picture(page, 'data-sources-connecting');
    const closed = popup.waitForEvent('close');
    await popup.getByText('Alan Turing').click();
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await page.locator('[data-ended="succeeded"]').waitFor();
    await closed;
    await picture(page, 'data-sources-connected');
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    await rowOf(page, 'Alan Turing').getByText('Connected').waitFor();
    const text = await everythingIn(page);
    for (const token of await accessTokens()) expect(text).not.toContain(token);
    expectClean(watched);
    await watched.context.close();
  });

  it('console C10, C11, C12: a window that is closed gives a hint and ends nothing, and a late success wins', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page, stack);
    const popup = await opened(() => configure(page, 'sandbox', 'Connect account'), page);
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    const consent = popup.url();
    await popup.close();
    await page.getByText('Closed the window?').waitFor();
    await picture(page, 'data-sources-connect-closed');
    const late = await watched.context.newPage();
    await late.goto(consent);
    await late.getByText('Grace Hopper').click();
    await late.getByRole('button', { name: 'Allow access' }).click();
    await page.locator('[data-ended="succeeded"]').waitFor();
    expectClean(watched);
    await watched.context.close();
  });

  it('console C2: a window that the browser blocks is noticed at once, and the way in this tab leads back here', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page, stack);
    await page.evaluate('window.open = () => null');
    await configure(page, 'sandbox', 'Connect account');
    await page.getByText('The browser did not open the window').waitFor();
    await picture(page, 'data-sources-connect-blocked');
    await page.getByRole('button', { name: 'Go on in this tab' }).click();
    await page.getByRole('button', { name: 'Allow access' }).waitFor();
    await page.getByText('Alan Turing').click();
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.waitForURL(`${stack.url}/data-sources**`);
    await cardOf(page, 'sandbox').waitFor();
    expectClean(watched);
    await watched.context.close();
  });

  it('says that access was not granted', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page, stack);
    const popup = await opened(() => configure(page, 'sandbox', 'Connect account'), page);
    await popup.getByRole('button', { name: 'Deny' }).click();
    await popup.getByText('Sandbox was not connected').waitFor();
    await page.locator('[data-code="consent_denied"]').waitFor();
    await picture(page, 'data-sources-connect-denied');
    expect(popup.isClosed()).toBe(false);
    expectClean(watched);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)(
    'console C28: fits a phone of 320 px in %s colours without sideways scroll',
    async (colorScheme) => {
      const watched = await openWatched(browser, { colorScheme, viewport: { width: 320, height: 640 } });
      const page = await watched.context.newPage();
      await page.goto(stack.url);
      await page.getByLabel('Admin token').waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      await picture(page, `phone-sign-in-${colorScheme}`);
      await enterAdminToken(page);
      await cardOf(page, 'sandbox').waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      await picture(page, `phone-data-sources-${colorScheme}`);
      await configure(page, 'firecrawl', 'Add API key');
      expect(await sidewaysScroll(page)).toBe(0);
      await picture(page, `phone-add-key-${colorScheme}`);
      await page.setViewportSize({ width: 1100, height: 800 });
      await picture(page, `add-key-${colorScheme}`);
      await watched.context.close();
    },
  );

  it('console A30: a session that ends keeps the address, and signing in again shows the same page', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page, stack, '/data-sources?q=notion');
    await cardOf(page, 'notion').waitFor();
    await page.getByRole('button', { name: 'admin token' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Admin token').waitFor();
    await page.reload();
    await enterAdminToken(page);
    await cardOf(page, 'notion').waitFor();
    expect(page.url()).toBe(`${stack.url}/data-sources?q=notion`);
    expect(await cardOf(page, 'sandbox').count()).toBe(0);
    expectClean(watched);
    await watched.context.close();
  });

  it('console A30: whose session is ended elsewhere is asked to sign in by itself, and is back where they were', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page, stack, '/activity');
    await page.locator('[data-stream="live"]').waitFor();
    const ended = await page.request.delete(`${stack.url}/auth/session`, {
      headers: { origin: stack.url },
    });
    expect(ended.status(), await ended.text()).toBe(204);
    // A stream asks now and then whether its session is still there; where none is open, the next reading does.
    await page.getByLabel('Admin token').waitFor({ timeout: 60_000 });
    await enterAdminToken(page);
    await page.getByRole('heading', { level: 1, name: 'Activity' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/activity');
    expectClean(watched);
    await watched.context.close();
  });
});

/** What pipeline runs are handed for the connected accounts. */
async function accessTokens(): Promise<string[]> {
  const { body } = await stack.admin.get('/v1/credentials?provider=sandbox&status=active');
  const accounts = body.items.filter(({ authMethod }: { authMethod: string }) => authMethod === 'oauth2');
  expect(accounts.length).toBeGreaterThan(0);
  return Promise.all(
    accounts.map(async ({ id }: { id: string }) => {
      const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: id });
      expect(lease.body.accessToken.length).toBeGreaterThan(20);
      return lease.body.accessToken;
    }),
  );
}
