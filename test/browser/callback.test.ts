import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, openWatched, picture, sidewaysScroll } from '../support/chromium.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { expectFit, narrow } from '../support/expect-fit.ts';
import { finish } from '../support/flows.ts';
import { languageTags } from '@latchkey/texts/languages.ts';
import { textsOf } from '../support/texts.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

async function start(body: Record<string, unknown> = {}): Promise<{ id: string; authorizationUrl: string }> {
  const answer = await stack.admin.post('/v1/authorizations', { provider: 'sandbox', ...body });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

describe.skipIf(chromiumPath === null)('the pages of an authorization in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await stack.sandbox.control.updateSettings({ autoApprove: false });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('console C24: a forwarded link says whose workspace gets access to what, then goes all the way', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    const { id, authorizationUrl } = await start();
    await page.goto(authorizationUrl);
    await page.getByRole('heading', { name: 'Connect Sandbox to “Default”' }).waitFor();
    await picture(page, 'confirm');
    await page.getByRole('link', { name: 'Continue to Sandbox' }).click();
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.getByText('✓ Sandbox is connected').waitFor();
    await page.getByText('You can close this tab.').waitFor();
    await picture(page, 'connected-page');
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(`/oauth/result/${id}`);
    expect(watched.violations).toEqual([]);
    expect([...watched.origins].toSorted()).toEqual([stack.url, stack.sandbox.url].toSorted());
    await watched.context.close();
  });

  it('A2: a used callback address is refused on a page that tells what to do next', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    let callback = '';
    page.on('request', (request) => {
      if (request.url().includes('/oauth/callback/')) callback = request.url();
    });
    await page.goto((await start({ confirm: false })).authorizationUrl);
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.getByText('✓ Sandbox is connected').waitFor();
    const again = await page.goto(callback);
    expect(again?.status()).toBe(400);
    await page.getByText('Go back to where you started and connect again.').waitFor();
    await page.getByText('Technical details').click();
    expect(await page.getByText('invalid_callback').isVisible()).toBe(true);
    expect(await page.getByText(/^req_/).isVisible()).toBe(true);
    await picture(page, 'callback-refused');
    expect(watched.violations).toEqual([]);
    await watched.context.close();
  });

  it('console C17: without JavaScript the page reaches its end by itself, success and failure', async () => {
    for (const [button, text] of [
      ['Allow access', '✓ Sandbox is connected'],
      ['Deny', 'Sandbox was not connected'],
    ] as const) {
      const watched = await openWatched(browser, { javaScriptEnabled: false });
      const page = await watched.context.newPage();
      const { authorizationUrl } = await start();
      await stack.sandbox.control.addFault({
        provider: 'sandbox',
        endpoint: 'token.code',
        fault: 'delay',
        ms: 1000,
      });
      await page.goto(authorizationUrl);
      await page.getByRole('link', { name: 'Continue to Sandbox' }).click();
      await page.getByRole('button', { name: button }).click();
      await page.getByText(text).waitFor();
      await picture(page, `no-script-${button === 'Deny' ? 'denied' : 'connected'}`);
      await stack.sandbox.control.clearFaults();
      expect(watched.violations).toEqual([]);
      await watched.context.close();
    }
  });

  it('A9: goes back to the caller in the end, with ids and codes and nothing else', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    const { id, authorizationUrl } = await start({
      confirm: false,
      returnUrl: `${stack.url}/docs/errors/not_found?from=us`,
    });
    await page.goto(authorizationUrl);
    await page.getByRole('button', { name: 'Allow access' }).click();
    await page.waitForURL(`${stack.url}/docs/errors/**`);
    const query = Object.fromEntries(new URL(page.url()).searchParams);
    const { credentialId } = await finish(stack.admin, id);
    expect(query).toEqual({ from: 'us', status: 'succeeded', authorizationId: id, credentialId });
    await watched.context.close();
  });

  it('console C9: a provider that cuts the windows apart changes nothing', async () => {
    const watched = await openWatched(browser);
    const opener = await watched.context.newPage();
    const { id, authorizationUrl } = await start({ confirm: false });
    await stack.sandbox.control.addFault({ provider: 'sandbox', endpoint: 'authorize', fault: 'coop' });
    await opener.goto(`${stack.url}/`);
    const opening = opener.waitForEvent('popup');
    await opener.evaluate(
      `window.child = window.open(${JSON.stringify(authorizationUrl)}, '', 'popup'), null`,
    );
    const popup = await opening;
    await popup.getByRole('button', { name: 'Allow access' }).waitFor();
    // What the opener believes, while the person is still reading.
    await expect.poll(() => opener.evaluate('window.child.closed')).toBe(true);
    await popup.getByRole('button', { name: 'Allow access' }).click();
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded' });
    expect(watched.violations).toEqual([]);
    await watched.context.close();
  });

  it.each(languageTags)('console C29: %s where the browser asks for it, in every page', async (language) => {
    const watched = await openWatched(browser, { ...narrow, locale: language });
    const page = await watched.context.newPage();
    const { pages, connect } = textsOf(language);
    const fill = (text: string) =>
      text.replace('{{provider}}', 'Sandbox').replace('{{workspace}}', 'Default');
    const expectPage = async (name: string, heading: string) => {
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      // The words alone differ from one language to the next.
      if (language === 'de') await expectFit(page, `callback-${language}-${name}`);
      expect(await sidewaysScroll(page), name).toBe(0);
    };
    await page.goto((await start()).authorizationUrl);
    await expectPage('confirm', fill(pages.confirm.heading));
    await page.getByRole('link', { name: fill(connect.account.go) }).click();
    await page.getByRole('button', { name: 'Deny' }).click();
    await expectPage('denied', fill(pages.failed.title));
    await page.getByText(fill(pages.next.user)).waitFor();
    await page.goto((await start({ confirm: false })).authorizationUrl);
    await page.getByRole('button', { name: 'Allow access' }).click();
    await expectPage('connected', `✓ ${fill(connect.connected.title)}`);
    await page.getByText(connect.connected.canClose).waitFor();
    await page.goto(`${stack.url}/oauth/start/unknown`);
    if (language !== 'en') await expectPage('unknown', pages.error.title);
    expect(watched.violations).toEqual([]);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)('every page fits 320 px in %s colours', async (colorScheme) => {
    const watched = await openWatched(browser, { colorScheme, viewport: { width: 320, height: 640 } });
    const page = await watched.context.newPage();
    const visits = [
      ['confirm', (await start()).authorizationUrl],
      ['unknown', `${stack.url}/oauth/start/unknown`],
      ['problem', `${stack.url}/docs/errors/reauthorization_required`],
    ] as const;
    for (const [name, url] of visits) {
      await page.goto(url);
      expect(await sidewaysScroll(page), name).toBe(0);
      await picture(page, `phone-${name}-${colorScheme}`);
    }
    await watched.context.close();
  });
});
