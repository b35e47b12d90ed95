import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium, openWatched } from '../support/chromium.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { showPlainConnectPage } from '../support/plain-connect-page.ts';
import { adminToken, startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

beforeAll(async () => {
  if (chromiumPath === null) return;
  stack = await startStack({ env: ({ url }) => ({ RETURN_URL_ORIGINS: url }) });
  await stack.sandbox.control.useLatchkey({ url: stack.url, token: adminToken });
  browser = await launchChromium({ withWindows: true });
});

afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

beforeEach(async () => {
  if (chromiumPath === null) return;
  await stack.sandbox.control.updateSettings({ autoApprove: false });
  await stack.sandbox.control.clearFaults();
});

async function openContext() {
  const watched = await openWatched(browser);
  await showPlainConnectPage(watched.context, stack);
  return watched;
}

/** The example product on its own origin, which is not that of Latchkey. */
async function openEditor({ query = '', mode = 'popup', host = '127.0.0.1' } = {}) {
  const watched = await openContext();
  const page = await watched.context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await page.goto(`${stack.sandbox.url.replace('127.0.0.1', host)}/pipeline-editor/${query}`);
  await page.locator('#credential option').first().waitFor({ state: 'attached' });
  await page.locator('#mode').selectOption(mode);
  return { ...watched, page, said };
}

/** Consents in the window that a press on the connect page opens, which goes to the provider without asking. */
async function consent(page: Page, press: () => Promise<void>) {
  const opening = page.context().waitForEvent('page');
  await press();
  const provider = await opening;
  await provider.getByRole('button', { name: 'Allow access' }).click();
  return provider;
}

/** The product's page says so, after its back end has asked. */
async function expectConnected(page: Page) {
  await page.getByText(/^Connected: .*Ada/).waitFor();
}

describe.skipIf(chromiumPath === null)(`openConnect in a browser (${transport})`, () => {
  it('console C1, C15, C16: a popup connects, the product hears of it once, and a run leases', async () => {
    const { page, context, violations, errors } = await openEditor();
    const opening = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const popup = await opening;
    await consent(popup, () => popup.getByRole('button', { name: 'Connect the sandbox' }).click());
    await expectConnected(page);
    await popup.getByRole('button', { name: 'Done' }).click();
    await eventually(() => popup.isClosed(), { describe: 'the popup closes' });
    await page.getByRole('button', { name: 'Run' }).click();
    await page.locator('#result', { hasText: '••••' }).waitFor();
    expect(await page.locator('#result').textContent()).toContain('"type": "oauth2"');
    expect(violations).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });

  it('console C19: a product with an opener policy hears of it from the server, and is told why', async () => {
    const { page, context, said } = await openEditor({ query: '?coop=same-origin' });
    const opening = context.waitForEvent('page');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const popup = await opening;
    await popup.getByRole('button', { name: 'Connect the sandbox' }).waitFor();
    await consent(popup, () => popup.getByRole('button', { name: 'Connect the sandbox' }).click());
    await expectConnected(page);
    await eventually(() => said.some((text) => text.includes('Cross-Origin-Opener-Policy')), {
      describe: 'the console says why',
    });
    expect(said.filter((text) => text.startsWith('Latchkey:'))).toHaveLength(1);
    await context.close();
  });

  it('console C9: a provider with an opener policy changes nothing', async () => {
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'authorize',
      fault: 'coop',
      times: null,
    });
    const { page, context } = await openEditor();
    const opening = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const popup = await opening;
    await consent(popup, () => popup.getByRole('button', { name: 'Connect the sandbox' }).click());
    await expectConnected(page);
    await context.close();
  });

  it('console C20, C24, C30: a frame without cookies or storage connects, asks once, and leaves the page as it was', async () => {
    // Another site than the frame's, which therefore has no cookies.
    const { page, context, violations } = await openEditor({ mode: 'iframe', host: 'localhost' });
    const button = page.getByRole('button', { name: 'Connect', exact: true });
    await button.click();
    // What lies behind the dialog takes no click of a person.
    await button.dispatchEvent('click');
    expect(await page.locator('iframe').count()).toBe(1);
    expect(await page.evaluate('document.documentElement.style.overflow')).toBe('hidden');
    const frame: FrameLocator = page.frameLocator('iframe');
    // Straight to the provider: the window has the binding cookie that the frame cannot have.
    await consent(page, () => frame.getByRole('button', { name: 'Connect the sandbox' }).click());
    await expectConnected(page);
    await frame.getByRole('button', { name: 'Done' }).click();
    await page.locator('iframe').waitFor({ state: 'detached' });
    expect(await page.locator('dialog').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.style.overflow')).toBe('');
    expect(await page.evaluate('document.activeElement.id')).toBe('connect');
    expect(violations).toEqual([]);
    await context.close();
  });

  it('console C2: a window that the blocker stops is offered as a link', async () => {
    // Nobody clicks, and what Playwright does with a page counts as a click for five seconds.
    const { context } = await openContext();
    await context.addInitScript(
      `addEventListener('load', () => setTimeout(() => document.getElementById('connect').click(), 6000))`,
    );
    const page = await context.newPage();
    const asked = page.waitForResponse('**/pipeline-editor/sessions');
    await page.goto(`${stack.sandbox.url}/pipeline-editor/`);
    await asked;
    const link = page.getByRole('link', { name: 'Open it here' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toContain(`${stack.url}/connect/session/`);
    expect(context.pages()).toHaveLength(1);
    await context.close();
  });

  it('console C14: pages of other origins can neither frame the connect page nor speak for it', async () => {
    const { page, context } = await openEditor({ mode: 'iframe' });
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.frameLocator('iframe').getByRole('button', { name: 'Done' }).waitFor();
    const url = (await page.locator('iframe').getAttribute('src')) ?? '';
    await expect(page.evaluate(`fetch(${JSON.stringify(url)}, { mode: 'no-cors' })`)).rejects.toThrow(
      'Failed to fetch',
    );
    await page.evaluate(
      `postMessage({ source: 'latchkey', version: 1, type: 'connected', sessionId: 'cs_1', credentialId: 'x' }, location.origin)`,
    );
    const stranger = await context.newPage();
    await stranger.goto(`${stack.sandbox.url.replace('127.0.0.1', 'localhost')}/control/healthz`);
    await stranger.evaluate(
      `document.body.append(Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(url)} }))`,
    );
    await eventually(async () => stranger.frames().some((frame) => frame.url().startsWith('chrome-error:')), {
      describe: 'the frame is refused',
    });
    expect(await page.locator('#state').textContent()).toBe('Connecting…');
    await context.close();
  });
});
