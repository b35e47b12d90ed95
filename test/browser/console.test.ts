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
import { chromiumPath } from '../support/find-chromium.ts';
import { adminToken, startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const key = 'sbx_valid_secret_of_the_person';

async function signIn(page: Page) {
  await page.goto(stack.url);
  await page.getByLabel('Admin token').fill(adminToken);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Connect a data source' }).waitFor();
}

const row = (page: Page, text: string) => page.locator('#credentials tbody tr', { hasText: text });
const provider = (page: Page, label: string) =>
  page.locator('#providers tr', { has: page.getByRole('cell', { name: label, exact: true }) });

async function addKey(page: Page, name: string, value: string) {
  await provider(page, 'Sandbox').getByRole('button', { name: 'Add API key' }).click();
  await page.getByLabel('Name (optional)').fill(name);
  await page.locator('#key-fields input').fill(value);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

function expectClean({ violations, errors, origins }: Watched) {
  expect(violations).toEqual([]);
  expect(errors).toEqual([]);
  expect([...origins].filter((origin) => origin !== stack.url && origin !== stack.sandbox.url)).toEqual([]);
}

describe.skipIf(chromiumPath === null)('the start page in a browser', () => {
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
    await page.getByLabel('Admin token').waitFor();
    await picture(page, 'sign-in');
    await page.getByLabel('Admin token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This is not the admin token').waitFor();
    await signIn(page);
    await picture(page, 'empty');
    await provider(page, 'Sandbox').getByRole('button', { name: 'Add API key' }).click();
    await picture(page, 'add-key');
    await addKey(page, 'My key', key);
    await row(page, 'My key').getByText('Works').waitFor();
    const text = await everythingIn(page);
    expect(text).toContain('My key');
    for (const secret of [key, adminToken, 'latchkey_session']) expect(text).not.toContain(secret);
    expect(watched.requests.filter((url) => url.includes(key) || url.includes(adminToken))).toEqual([]);
    expectClean(watched);
    await watched.context.close();
  });

  it('says why a key does not work', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page);
    await addKey(page, 'Wrong key', 'sbx_wrong');
    await row(page, 'Wrong key').getByText('The provider rejected this key').waitFor();
    await picture(page, 'wrong-key');
    await addKey(page, 'Empty key', '');
    await page.locator('#message.bad').waitFor();
    expectClean(watched);
    await watched.context.close();
  });

  it('console C1, C16: connects an account in a window that opens in the click and closes itself', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/v1/authorizations', async (route) => {
      await held;
      await route.continue();
    });
    const opening = page.waitForEvent('popup');
    await provider(page, 'Sandbox').getByRole('button', { name: 'Connect' }).click();
    const popup = await opening;
    release();
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    expect(new URL(popup.url()).origin).toBe(stack.sandbox.url);
    await picture(popup, 'consent');
    const closed = popup.waitForEvent('close');
    await popup.getByText('Alan Turing').click();
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await row(page, 'Alan Turing').getByText('Works').waitFor();
    await closed;
    await picture(page, 'connected');
    const text = await everythingIn(page);
    for (const token of await accessTokens()) expect(text).not.toContain(token);
    expectClean(watched);
    await watched.context.close();
  });

  it('says that access was not granted', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page);
    const opening = page.waitForEvent('popup');
    await provider(page, 'Sandbox').getByRole('button', { name: 'Connect' }).click();
    const popup = await opening;
    await popup.getByRole('button', { name: 'Deny' }).click();
    await popup.getByText('Sandbox was not connected').waitFor();
    await popup.getByText('Technical details').click();
    expect(await popup.getByText('consent_denied').isVisible()).toBe(true);
    await picture(popup, 'denied');
    await page.getByText('Access was not granted at the provider').waitFor();
    expect(popup.isClosed()).toBe(false);
    expectClean(watched);
    await watched.context.close();
  });

  it('a change made elsewhere is visible within a second', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page);
    await row(page, 'My key').waitFor();
    const { body } = await stack.admin.get('/v1/credentials');
    const { id } = body.items.find(({ name }: { name: string }) => name === 'My key');
    await stack.admin.patch(`/v1/credentials/${id}`, { name: 'Renamed elsewhere' });
    await row(page, 'Renamed elsewhere').waitFor({ timeout: 1000 });
    expectClean(watched);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)(
    'fits a phone of 320 px in %s colours without sideways scroll',
    async (colorScheme) => {
      const watched = await openWatched(browser, { colorScheme, viewport: { width: 320, height: 640 } });
      const page = await watched.context.newPage();
      await page.goto(stack.url);
      await page.getByLabel('Admin token').waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      await picture(page, `phone-sign-in-${colorScheme}`);
      await signIn(page);
      await row(page, 'Alan Turing').waitFor();
      await provider(page, 'Firecrawl').getByRole('button', { name: 'Add API key' }).click();
      expect(await sidewaysScroll(page)).toBe(0);
      await picture(page, `phone-${colorScheme}`);
      await page.setViewportSize({ width: 1100, height: 800 });
      await picture(page, `desktop-${colorScheme}`);
      await watched.context.close();
    },
  );

  it('signs out', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Admin token').waitFor();
    expect(await page.locator('#signed-in').isVisible()).toBe(false);
    await page.reload();
    await page.getByLabel('Admin token').waitFor();
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
