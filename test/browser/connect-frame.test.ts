import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, openWatched, picture, type Watched } from '../support/chromium.ts';
import { expectHeading, makeSession, outcomeOf, type MadeSession } from '../support/connect-browser.ts';
import { frameOf, openEmbeddingSite, type EmbeddingSite } from '../support/embedding-site.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;
let site: EmbeddingSite;

/** What browsers with third-party storage blocked do in a frame of another site. */
const withoutStorage = `if (window.parent !== window) for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'BroadcastChannel'])
  Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });`;

interface Framed {
  readonly page: Page;
  readonly frame: FrameLocator;
  readonly watched: Watched;
  readonly session: MadeSession;
  /** Types of what the embedding page was told, in order. */
  types(): Promise<string[]>;
}

describe.skipIf(chromiumPath === null)('the connect page in a frame of another site', () => {
  beforeAll(async () => {
    [stack, browser, site] = await Promise.all([startStack(), launchChromium(), openEmbeddingSite()]);
    await stack.sandbox.control.updateSettings({ autoApprove: false });
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
    await stack.close();
  });

  afterEach(async () => {
    await stack.sandbox.control.clearFaults();
  });

  async function openFramed(body: Record<string, unknown> = {}, sandbox = ''): Promise<Framed> {
    const allowedOrigins = [site.origin];
    const wanted = { providers: ['sandbox'], mode: 'iframe', allowedOrigins, state: 'mine', ...body };
    const session = await makeSession(stack, wanted);
    site.show(frameOf(session.url, sandbox));
    const watched = await openWatched(browser);
    await watched.context.addInitScript(withoutStorage);
    const page = await watched.context.newPage();
    await page.goto(site.origin);
    const types = async () => {
      const told = (await page.evaluate<{ type: string }[]>('told')).map(({ type }) => type);
      // Each greeting is answered, and several may have waited for the page to load.
      return told.filter((type, index) => type !== 'ready' || index === 0);
    };
    return { page, frame: page.frameLocator('iframe'), watched, session, types };
  }

  it('console C20: works with storage blocked, without a cookie, and without a request to anybody else', async () => {
    const { page, frame, watched, session, types } = await openFramed();
    const sent: Promise<Record<string, string>>[] = [];
    watched.context.on('request', (request) => {
      if (request.url().startsWith(`${stack.url}/v1/`) && request.frame().parentFrame() !== null)
        sent.push(request.allHeaders());
    });
    await expectHeading(frame, 'Connect Sandbox');
    await picture(page, 'connect-framed');
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      frame.getByRole('button', { name: 'Continue to Sandbox' }).click(),
    ]);
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(frame, 'Sandbox is connected');
    await frame.getByRole('button', { name: 'Done' }).click();
    await expect.poll(types).toEqual(['ready', 'opened', 'connected', 'closed']);
    expect(
      await page.evaluate(
        'told.every(({ sessionId, state }) => sessionId.startsWith("cs_") && state === "mine")',
      ),
    ).toBe(true);
    expect(await outcomeOf(stack, session)).toMatchObject({ result: 'succeeded' });
    expect(sent.length).toBeGreaterThan(0);
    for (const headers of sent) expect(await headers).not.toHaveProperty('cookie');
    expect(watched.errors).toEqual([]);
    expect(watched.violations).toEqual([]);
    expect([...watched.origins].toSorted()).toEqual([site.origin, stack.sandbox.url, stack.url].toSorted());
    await watched.context.close();
  });

  it('console C9, C15, C20: a provider that cuts the windows apart: connected by itself, and told once', async () => {
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'authorize',
      fault: 'coop',
      times: null,
    });
    const { page, frame, watched, types } = await openFramed();
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      frame.getByRole('button', { name: 'Continue to Sandbox' }).click(),
    ]);
    await popup.getByRole('button', { name: 'Allow access' }).click();
    // It closes itself as soon as the connection is made.
    if (!popup.isClosed()) await popup.waitForEvent('close');
    // Long before the server would answer that nothing has changed, which takes 25 seconds.
    await expectHeading(frame, 'Sandbox is connected', 10_000);
    await page.bringToFront();
    await page.evaluate(`document.querySelector('iframe').focus()`);
    await expect.poll(types).toEqual(['ready', 'opened', 'connected']);
    await watched.context.close();
  });

  it('console C2: a sandboxed frame that may open nothing says so at once, with links that lead on', async () => {
    const { page, frame, watched, types } = await openFramed({}, 'sandbox="allow-scripts allow-same-origin"');
    await frame.getByRole('button', { name: 'Continue to Sandbox' }).click();
    await expectHeading(frame, 'The browser did not open the window');
    const here = frame.getByRole('link', { name: 'Continue in this tab' });
    expect(await here.getAttribute('target')).toBe('_top');
    const href = await frame.getByRole('link', { name: 'Continue in a new tab' }).getAttribute('href');
    const tab = await watched.context.newPage();
    await tab.goto(href ?? '');
    await tab.getByRole('button', { name: 'Continue to Sandbox' }).click();
    await tab.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(frame, 'Sandbox is connected');
    await expect.poll(types).toEqual(['ready', 'connected']);
    expect(page.url()).toBe(`${site.origin}/`);
    await watched.context.close();
  });

  it('console C14: a site that the session does not name gets neither the page in a frame nor a message', async () => {
    const other = await openEmbeddingSite();
    const { watched, session } = await openFramed();
    other.show(`${frameOf(session.url)}<h1>Another product</h1><script>
      addEventListener('message', ({ data }) => told.push(data));
      addEventListener('click', () => {
        const page = window.open(${JSON.stringify(session.url)});
        setInterval(() => page.postMessage({ source: 'latchkey', version: 1, type: 'hello' }, '*'), 100);
      });
    </script>`);
    const page = await watched.context.newPage();
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(other.origin);
    await refused;
    const [opened] = await Promise.all([page.waitForEvent('popup'), page.getByRole('heading').click()]);
    await opened.getByRole('button', { name: 'Close' }).click();
    await expect.poll(async () => (await outcomeOf(stack, session)).status).toBe('closed');
    expect(await page.evaluate('told')).toEqual([]);
    await other.close();
    await watched.context.close();
  });

  it('console C28: Esc closes, and asks first when something was typed; the focus comes back to where it was', async () => {
    const { page, frame, watched, types } = await openFramed({ providers: ['firecrawl'] });
    const field = frame.getByLabel('API key', { exact: true });
    await field.fill('fc-typed');
    await page.keyboard.press('Escape');
    const dialog = frame.getByRole('dialog', { name: 'Leave without connecting?' });
    await dialog.waitFor();
    await picture(page, 'connect-leave');
    await page.keyboard.press('Escape');
    // Gone and not only closed: until then it is the one that is asked for.
    await frame.locator('dialog').waitFor({ state: 'detached' });
    expect(await frame.locator('input:focus').getAttribute('name')).toBe('apiKey');
    expect(await field.inputValue()).toBe('fc-typed');
    await page.keyboard.press('Escape');
    await frame.getByRole('button', { name: 'Leave', exact: true }).click();
    await expect.poll(types).toEqual(['ready', 'closed']);
    await watched.context.close();
  });
});
