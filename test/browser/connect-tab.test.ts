import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { countCredentials, expectHeading, openConnect, outcomeOf } from '../support/connect-browser.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const phone = {
  viewport: { width: 390, height: 844 },
  screen: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

/** No person is there: a click of a script, which the browser lets open no window. */
const clickWithoutAPerson = `addEventListener('DOMContentLoaded', () => {
  const timer = setInterval(() => {
    const button = [...document.querySelectorAll('button')].find((each) => /^Continue to/.test(each.textContent));
    if (button === undefined || location.hash !== '' || navigator.userActivation.isActive) return;
    clearInterval(timer);
    button.click();
    console.info('clicked');
  }, 50);
})`;

const goOn = async (page: Page) => page.getByRole('button', { name: 'Continue to Sandbox' }).click();
const queryOf = (page: Page) => Object.fromEntries(new URL(page.url()).searchParams);

describe.skipIf(chromiumPath === null)('the connect page without a window', () => {
  const redirect = () => ({
    providers: ['sandbox'],
    mode: 'redirect',
    returnUrl: `${stack.url}/docs/errors/not_found?from=us`,
    state: 'a state / of the caller',
  });

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium({ withWindows: true })]);
    await stack.sandbox.control.updateSettings({ autoApprove: false });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  async function openBlocked() {
    const opened = await openConnect(stack, browser);
    await opened.watched.context.addInitScript(clickWithoutAPerson);
    // Whatever Playwright asks of a page counts as a click for five seconds: until then it asks nothing.
    const clicked = opened.page.waitForEvent('console', (message) => message.text() === 'clicked');
    await opened.page.reload();
    await clicked;
    await expectHeading(opened.page, 'The browser did not open the window');
    return opened;
  }

  it('console C2: a blocked window is known at once, and this tab goes on', async () => {
    const { page, watched, session } = await openBlocked();
    await picture(page, 'connect-blocked');
    expect(watched.context.pages()).toHaveLength(1);
    await page.getByRole('button', { name: 'Continue in this tab' }).click();
    await page.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(page, 'Sandbox is connected');
    expect(await outcomeOf(stack, session)).toMatchObject({ result: 'succeeded' });
    expect(watched.violations).toEqual([]);
    await watched.context.close();
  });

  it('console C2: a blocked window leaves a real link to a tab, and the page before it is told', async () => {
    const { page, watched } = await openBlocked();
    const before = await countCredentials(stack);
    const link = page.getByRole('link', { name: 'Continue in a new tab' });
    expect(await link.getAttribute('target')).toBe('_blank');
    const [tab] = await Promise.all([page.waitForEvent('popup'), link.click()]);
    await goOn(tab);
    await tab.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(tab, 'Sandbox is connected');
    await expectHeading(page, 'Sandbox is connected');
    expect(await countCredentials(stack)).toBe(before + 1);
    await watched.context.close();
  });

  it('console C5: a phone goes to the provider in the tab itself, and a reload after that still works', async () => {
    const { page, watched, session } = await openConnect(stack, browser, { providers: ['sandbox'] }, phone);
    expect(await sidewaysScroll(page)).toBe(0);
    await goOn(page);
    await page.getByRole('button', { name: 'Allow access' }).waitFor();
    expect(watched.context.pages()).toHaveLength(1);
    await page.getByRole('button', { name: 'Deny' }).click();
    await expectHeading(page, 'Access was not granted');
    await picture(page, 'connect-denied-phone');
    expect(page.url()).toBe(session.url);
    await page.reload();
    await expectHeading(page, 'Access was not granted');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Allow access' }).click();
    await expectHeading(page, 'Sandbox is connected');
    await watched.context.close();
  });

  it('console C6: the redirect mode ends at the return address after a success', async () => {
    const { page, watched, session } = await openConnect(stack, browser, redirect());
    await goOn(page);
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.waitForURL(`${stack.url}/docs/errors/**`);
    const { authorizationId, credentialId } = await outcomeOf(stack, session);
    expect(queryOf(page)).toEqual({
      from: 'us',
      status: 'succeeded',
      sessionId: session.id,
      authorizationId,
      credentialId,
      state: 'a state / of the caller',
    });
    expect(watched.context.pages()).toHaveLength(1);
    expect(watched.violations).toEqual([]);
    await watched.context.close();
  });

  it('console C6: the redirect mode ends there after a failure and after closing as well', async () => {
    const failed = await openConnect(stack, browser, redirect());
    await goOn(failed.page);
    await failed.page.getByRole('button', { name: 'Deny' }).click();
    await expectHeading(failed.page, 'Access was not granted');
    await failed.page.getByRole('button', { name: 'Close' }).click();
    await failed.page.waitForURL(`${stack.url}/docs/errors/**`);
    const { authorizationId } = await outcomeOf(stack, failed.session);
    expect(queryOf(failed.page)).toEqual({
      from: 'us',
      status: 'failed',
      sessionId: failed.session.id,
      code: 'consent_denied',
      authorizationId,
      state: 'a state / of the caller',
    });
    await failed.watched.context.close();
    const closed = await openConnect(stack, browser, redirect());
    await closed.page.getByRole('button', { name: 'Close' }).click();
    await closed.page.waitForURL(`${stack.url}/docs/errors/**`);
    expect(queryOf(closed.page)).toEqual({
      from: 'us',
      status: 'cancelled',
      sessionId: closed.session.id,
      state: 'a state / of the caller',
    });
    await closed.watched.context.close();
  });

  it('console C5: back by the button of the browser offers the way again', async () => {
    const { page, watched } = await openConnect(stack, browser, redirect());
    await goOn(page);
    await page.getByRole('button', { name: 'Allow access' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Open again' }).click();
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.waitForURL(`${stack.url}/docs/errors/**`);
    expect(queryOf(page)).toMatchObject({ status: 'succeeded' });
    await watched.context.close();
  });

  it('console C8: a browser inside an app is told the way out', async () => {
    const userAgent =
      'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36';
    const options = { ...phone, userAgent };
    const { page, watched, session } = await openConnect(stack, browser, { providers: ['sandbox'] }, options);
    await expectHeading(page, 'Open this page in your browser');
    await picture(page, 'connect-in-app');
    const out = page.getByRole('link', { name: 'Open in your browser' });
    expect(await out.getAttribute('href')).toMatch(/^intent:\/\/.+#Intent;scheme=http;/);
    await page.evaluate(`navigator.clipboard.writeText = async (text) => { window.copied = text; }`);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('window.copied')).toBe(session.url);
    await watched.context.close();
  });
});
