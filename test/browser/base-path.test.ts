import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium, openWatched, type Watched } from '../support/chromium.ts';
import { expectHeading, makeSession, openProvider, outcomeOf } from '../support/connect-browser.ts';
import { cardOf, configure, enterAdminToken, rowOf, signIn } from '../support/console.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey } from '../support/flows.ts';
import { startHostedStack, type HostedStack } from '../support/hosted-stack.ts';
import { adminToken, type Stack } from '../support/stack.ts';

const path = '/tools/latchkey';

const palette = (page: Page) => page.getByRole('combobox', { name: 'Where to, what to do, or an id' });

/** Nothing was asked of the host beside the path, nor of anybody else but the provider. */
function expectUnderThePath({ violations, errors, requests }: Watched, { stack, strays }: HostedStack) {
  expect(violations).toEqual([]);
  expect(errors).toEqual([]);
  const ours = [stack.url, stack.sandbox.url];
  const beside = requests.filter((url) => !ours.some((base) => `${url}/`.startsWith(`${base}/`)));
  expect(beside).toEqual([]);
  expect(strays).toEqual([]);
}

// For the pages it is one whether the proxy takes the path off; that both work is for the tests of the API.
describe.skipIf(chromiumPath === null)('pages under a path', () => {
  let hosted: HostedStack;
  let stack: Stack;
  let browser: Browser;
  let watched: Watched;

  beforeAll(async () => {
    const env = ({ url }: { url: string }) => ({ RETURN_URL_ORIGINS: url });
    [hosted, browser] = await Promise.all([
      startHostedStack({ path, strips: true, options: { env } }),
      launchChromium(),
    ]);
    ({ stack } = hosted);
    await stack.sandbox.control.updateSettings({ autoApprove: false });
    await stack.sandbox.control.useLatchkey({ url: stack.url, token: adminToken });
  });

  afterAll(async () => {
    await browser.close();
    await hosted.close();
  });

  beforeEach(async () => {
    watched = await openWatched(browser);
    return async () => {
      expectUnderThePath(watched, hosted);
      await watched.context.close();
    };
  });

  it('console C30: the console signs in, writes commands with the path, and takes a key', async () => {
    const page = await watched.context.newPage();
    await page.goto(`${stack.url}/activity`);
    await enterAdminToken(page);
    await page.getByText(`curl -sS '${stack.url}/v1/events/stream'`).waitFor();
    await page.getByRole('link', { name: 'Data sources' }).click();
    await page.waitForURL(`${stack.url}/data-sources`);

    await configure(page, 'sandbox', 'Add API key');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('API key').first().fill('sbx_valid_under_a_path');
    await dialog.getByLabel('Name').fill('My key');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await rowOf(page, 'My key').getByText('Connected').waitFor();
    await dialog.waitFor({ state: 'detached' });
  });

  it('console C30: the console connects an account in a window, and follows the events', async () => {
    const page = await watched.context.newPage();
    await signIn(page, stack);
    const opening = page.waitForEvent('popup');
    await configure(page, 'sandbox', 'Connect account');
    const popup = await opening;
    const closed = popup.waitForEvent('close');
    await popup.getByText('Alan Turing').click();
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await page.locator('[data-ended="succeeded"]').waitFor();
    await closed;
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();

    // The stream of events, and what it may not be shared with on the same origin.
    await page.getByText('Live', { exact: true }).waitFor();
    const locks = await page.evaluate<string[]>(
      'navigator.locks.query().then(({ held }) => held.map(({ name }) => name))',
    );
    expect(locks).toEqual([`latchkey-events-${path}/-default`]);
  });

  it('console C30: addresses of the console that are opened, reloaded, pasted and gone back to stay under the path', async () => {
    const { credential } = await addKey(
      stack,
      'sandbox',
      { apiKey: 'sbx_valid_for_its_page' },
      'Its own page',
    );
    const heading = () => page.getByRole('heading', { name: 'Its own page' }).waitFor();
    const address = `${stack.url}/credentials/${credential.id}`;
    const page = await watched.context.newPage();
    await signIn(page, stack);
    await rowOf(page, 'Its own page').getByRole('link', { name: 'Its own page', exact: true }).click();
    await heading();
    expect(page.url()).toBe(address);
    await page.reload();
    await heading();
    await page.goto(`${stack.url}/connect/${credential.id}`);
    await heading();
    expect(page.url()).toBe(address);

    await page.keyboard.press('Control+k');
    await palette(page).fill('tok go');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Service tokens' }).waitFor();
    expect(page.url()).toBe(`${stack.url}/service-tokens`);
    const current = page.getByRole('navigation', { name: 'Main' }).locator('[aria-current="page"]');
    expect(await current.textContent()).toBe('Service tokens');
    await page.goBack();
    await heading();

    await page.getByRole('link', { name: 'Skip to content' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('content');
    expect(page.url()).toBe(address);
  });

  it('console C30: the way in this tab and the download of the audit stay under the path', async () => {
    const page = await watched.context.newPage();
    await signIn(page, stack, '/data-sources?q=sandbox');
    await page.evaluate('window.open = () => null');
    await configure(page, 'sandbox', 'Connect account');
    await page.getByRole('button', { name: 'Go on in this tab' }).click();
    await page.getByText('Grace Hopper').click();
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.waitForURL(`${stack.url}/data-sources?q=sandbox&**`);
    await cardOf(page, 'sandbox').waitFor();

    await page.goto(`${stack.url}/audit`);
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export CSV' }).click();
    expect((await downloading).url()).toContain(`${stack.url}/v1/audit/export?format=csv`);
  });

  it('console C30: the page of the API is found from the console and from a problem, and loads under the path', async () => {
    const page = await watched.context.newPage();
    await signIn(page, stack, '/oauth-clients');
    const link = page.getByRole('link', { name: 'API reference' });
    const leadsTo = `[...document.links].find(({ textContent }) => textContent === 'API reference').href`;
    await link.waitFor();
    expect(await page.evaluate(leadsTo)).toBe(`${stack.url}/docs`);
    await page.goto(`${stack.url}/docs/errors/not_found`);
    expect(await page.evaluate(leadsTo)).toBe(`${stack.url}/docs`);
    const [described] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/json')),
      link.click(),
    ]);
    expect([described.url(), described.status()]).toEqual([`${stack.url}/docs/json`, 200]);
  });

  it('console C30: the connect page connects in a window, and is reloaded at its address', async () => {
    const session = await makeSession(stack, { providers: ['sandbox'] });
    const page = await watched.context.newPage();
    await page.goto(session.url);
    const popup = await openProvider(page);
    // It goes on to the provider at once.
    expect(watched.requests).toContain(`${stack.url}/connect/window`);
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(page, 'Sandbox is connected');
    await page.reload();
    await expectHeading(page, 'Sandbox is connected');
    expect(page.url()).toBe(session.url);
    expect(await outcomeOf(stack, session)).toMatchObject({ status: 'connected', result: 'succeeded' });
  });

  it('console C30: the connect page goes there in its own tab and comes back, and a key is typed into it', async () => {
    const back = `${stack.sandbox.url}/healthz`;
    const session = await makeSession(stack, { providers: ['sandbox'], mode: 'redirect', returnUrl: back });
    const page = await watched.context.newPage();
    await page.goto(session.url);
    await page.getByRole('button', { name: 'Continue to Sandbox' }).click();
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.waitForURL(`${back}?**`);
    expect(new URL(page.url()).searchParams.get('status')).toBe('succeeded');

    const other = await makeSession(stack, { providers: ['firecrawl'] });
    await page.goto(other.url);
    await page.getByLabel('API key', { exact: true }).fill('fc-test-ok');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await expectHeading(page, 'Firecrawl is connected');
  });

  it('console C30: a product embeds the page, and hears of the end from the server where no message comes', async () => {
    const page = await watched.context.newPage();
    await page.goto(`${stack.sandbox.url}/pipeline-editor/?coop=same-origin`);
    await page.locator('#credential option').first().waitFor({ state: 'attached' });
    const opening = watched.context.waitForEvent('page');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const connect = await opening;
    const popup = await openProvider(connect);
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await page.getByText(/^Connected: /).waitFor();
  });
});
