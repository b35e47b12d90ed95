import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, picture } from '../support/chromium.ts';
import {
  countCredentials,
  expectHeading,
  openConnect,
  openProvider,
  outcomeOf,
} from '../support/connect-browser.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const coop = { provider: 'sandbox', endpoint: 'authorize', fault: 'coop', times: null } as const;
const starts = '**/v1/connect-session/authorizations';

/** Long before the server would answer that nothing has changed, which takes 25 seconds. */
const soon = 10_000;

/** Nothing but the server tells the page anything. */
const noHints = `delete window.BroadcastChannel;
  addEventListener('message', (event) => { if (event.data?.source === 'latchkey') event.stopImmediatePropagation(); });`;

describe.skipIf(chromiumPath === null)('the connect page and the window of a provider', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await stack.sandbox.control.updateSettings({ autoApprove: false });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  afterEach(async () => {
    await stack.sandbox.control.clearFaults();
  });

  it('console C1: the window is there at once, however long the ticket takes', async () => {
    const { page, watched, session } = await openConnect(stack, browser);
    await watched.context.route(starts, async (route) => {
      await new Promise((resolve) => {
        setTimeout(resolve, 8000);
      });
      await route.continue();
    });
    await page.getByText('Read your files').waitFor();
    await picture(page, 'connect-review');
    const before = Date.now();
    const popup = await openProvider(page);
    await popup.getByText('Go on in the window of Sandbox.').waitFor();
    await popup.getByText('Connecting Sandbox…').waitFor();
    expect(Date.now() - before).toBeLessThan(8000);
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(page, 'Sandbox is connected');
    expect(await outcomeOf(stack, session)).toMatchObject({ result: 'succeeded' });
    expect(watched.violations).toEqual([]);
    await watched.context.close();
  });

  it('console C4, C16: the window keeps its handle, and closes itself after a success', async () => {
    const { page, watched } = await openConnect(stack, browser);
    const popup = await openProvider(page);
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    expect(await popup.evaluate('window.opener !== null')).toBe(true);
    const closed = popup.waitForEvent('close');
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(page, 'Sandbox is connected');
    await closed;
    await page.getByText('Account: ').waitFor();
    await watched.context.close();
  });

  it('console C3: a second click brings the same window to the front', async () => {
    const { page, watched } = await openConnect(stack, browser);
    const popup = await openProvider(page);
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    await picture(page, 'connect-going');
    await page.getByRole('button', { name: 'Show the window' }).click();
    await page.getByText('Go on in the window of Sandbox.').waitFor();
    expect(watched.context.pages()).toHaveLength(2);
    await watched.context.close();
  });

  it('console C3, C9, C10: a provider that cuts the windows apart changes only the hint; opened again makes one credential', async () => {
    await stack.sandbox.control.addFault(coop);
    const { page, watched } = await openConnect(stack, browser);
    const before = await countCredentials(stack);
    const first = await openProvider(page);
    await first.getByRole('button', { name: 'Allow access' }).waitFor();
    await page.getByText('Closed the window?').waitFor();
    await picture(page, 'connect-closed-hint');
    const second = await openProvider(page, 'Open again');
    await second.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(page, 'Sandbox is connected');
    await first.getByRole('button', { name: 'Allow access' }).click();
    await first.getByRole('heading').waitFor();
    expect(await countCredentials(stack)).toBe(before + 1);
    await watched.context.close();
  });

  it('console C9, C12: with a provider that cuts the windows apart the page turns to connected by itself', async () => {
    await stack.sandbox.control.addFault(coop);
    const { page, watched, session } = await openConnect(stack, browser);
    const popup = await openProvider(page);
    await page.getByText('Closed the window?').waitFor();
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await eventually(async () => (await outcomeOf(stack, session)).result === 'succeeded', {
      describe: 'the account is connected',
    });
    await expectHeading(page, 'Sandbox is connected', soon);
    await watched.context.close();
  });

  it('console C11: a closed window shows a neutral hint, and nothing is cancelled until somebody says so', async () => {
    const { page, watched, session } = await openConnect(stack, browser);
    const popup = await openProvider(page);
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    await popup.close();
    await page.getByText('Closed the window? Open it again. Still signing in? Carry on there.').waitFor();
    const running = await stack.admin.get(`/v1/connect-sessions/${session.id}`);
    expect(running.body).toMatchObject({ status: 'open', result: null });
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Continue to Sandbox' }).waitFor();
    expect(await outcomeOf(stack, session)).toMatchObject({ result: 'cancelled' });
    await watched.context.close();
  });

  it('console C13, C14: messages of others, and ids in the address, change nothing', async () => {
    const { page, watched, session } = await openConnect(stack, browser);
    const popup = await openProvider(page);
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    const { authorizationId } = (await stack.admin.get(`/v1/connect-sessions/${session.id}`)).body;
    const message = {
      source: 'latchkey',
      version: 1,
      type: 'connected',
      credentialId: 'cred_x',
      provider: 'sandbox',
    };
    const spoofed = [
      { ...message, authorizationId },
      { ...message, authorizationId: 'auth_other' },
      {
        source: 'latchkey-window',
        type: 'started',
        authorization: { id: authorizationId, status: 'succeeded' },
      },
    ];
    // From the provider's origin, by the very window that we opened, and from our own.
    await popup.evaluate(
      `for (const each of ${JSON.stringify(spoofed)}) window.opener.postMessage(each, '*')`,
    );
    await page.evaluate(`for (const each of ${JSON.stringify(spoofed)}) window.postMessage(each, '*')`);
    await page.evaluate(`new BroadcastChannel('latchkey').postMessage(${JSON.stringify(spoofed[1])})`);
    await page.getByText('Go on in the window of Sandbox.').waitFor();
    expect(await page.getByRole('heading', { name: 'Sandbox is connected' }).count()).toBe(0);
    const resumed = await watched.context.newPage();
    await resumed.goto(`${stack.url}/connect/resume/${session.id}?status=succeeded&credentialId=cred_x`);
    await expectHeading(resumed, 'This tab does not know what it was doing');
    await watched.context.close();
  });

  it('console C21: a page that was away asks at once when it is back', async () => {
    const { page, watched } = await openConnect(stack, browser);
    await watched.context.addInitScript(noHints);
    await page.reload();
    const popup = await openProvider(page);
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    // A suspended tab: the answer that it waits for never comes.
    await watched.context.route(/\/connect-session\/.+wait=25/, () => {});
    await page.evaluate(`window.dispatchEvent(new Event('focus'))`);
    const over = popup.waitForEvent('close');
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await over;
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await expectHeading(page, 'Sandbox is connected', soon);
    await watched.context.close();
  });

  it('console C22: a reload in the middle goes on where it was', async () => {
    const { page, watched } = await openConnect(stack, browser);
    const popup = await openProvider(page);
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    await page.reload();
    await page.getByText('Closed the window?').waitFor();
    await popup.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(page, 'Sandbox is connected');
    await watched.context.close();
  });
});
