import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, picture } from '../support/chromium.ts';
import { expectHeading, openConnect, openProvider } from '../support/connect-browser.ts';
import { expectFit, narrow } from '../support/expect-fit.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const colourOf = async (page: Page, property: string, selector: string) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`);

describe.skipIf(chromiumPath === null)('how the connect page looks', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await stack.sandbox.control.updateSettings({ autoApprove: false });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('loads at most 110 kB of scripts', async () => {
    const { page, watched, session } = await openConnect(stack, browser);
    const scripts: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (new URL(response.url()).pathname.endsWith('.js')) scripts.push(response.body());
    });
    await page.goto(session.url);
    await expectHeading(page, 'Connect Sandbox');
    const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length);
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(110_000);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)(
    'console C28: every view fits 320 px in %s colours, and axe finds nothing',
    async (colorScheme) => {
      const options = { colorScheme, ...narrow };
      const { page, watched } = await openConnect(stack, browser, {}, options);
      await expectHeading(page, 'What would you like to connect?');
      await expectFit(page, `connect-320-choose-${colorScheme}`);
      await page.getByRole('button', { name: 'Firecrawl' }).click();
      await expectFit(page, `connect-320-key-${colorScheme}`);
      await page.getByLabel('API key', { exact: true }).fill('fc-wrong');
      await page.getByRole('button', { name: 'Connect', exact: true }).click();
      await expectHeading(page, 'Firecrawl rejected this key');
      await page.getByText('Technical details').click();
      await expectFit(page, `connect-320-failure-${colorScheme}`);
      await page.getByRole('button', { name: 'Back' }).click();
      await page.getByRole('button', { name: 'Sandbox' }).click();
      await expectFit(page, `connect-320-review-${colorScheme}`);
      const popup = await openProvider(page);
      await popup.getByRole('button', { name: 'Allow access' }).waitFor();
      await expectFit(page, `connect-320-going-${colorScheme}`);
      await page.getByRole('button', { name: 'Close' }).click();
      await expectFit(page, `connect-320-leave-${colorScheme}`);
      await page.getByRole('button', { name: 'Stay' }).click();
      await popup.getByRole('button', { name: 'Allow access' }).click();
      await expectHeading(page, 'Sandbox is connected');
      await expectFit(page, `connect-320-connected-${colorScheme}`);
      expect(watched.violations).toEqual([]);
      expect(watched.errors).toEqual([]);
      expect([...watched.origins].toSorted()).toEqual([stack.sandbox.url, stack.url].toSorted());
      await watched.context.close();
    },
  );

  it('console C29: the theme of the session wins over that of the browser', async () => {
    const dark = { providers: ['sandbox'], theme: 'dark' };
    const { page, watched } = await openConnect(stack, browser, dark, { colorScheme: 'light' });
    await expectHeading(page, 'Connect Sandbox');
    expect(await colourOf(page, 'backgroundColor', '.card')).toBe('rgb(28, 31, 36)');
    await watched.context.close();
    const light = { providers: ['sandbox'], theme: 'light' };
    const other = await openConnect(stack, browser, light, { colorScheme: 'dark' });
    await expectHeading(other.page, 'Connect Sandbox');
    expect(await colourOf(other.page, 'backgroundColor', '.card')).toBe('rgb(255, 255, 255)');
    await other.watched.context.close();
  });

  it('console C29: one accent colour, with a text on it that can be read', async () => {
    const body = { providers: ['sandbox'], accent: '#ffd400' };
    const { page, watched } = await openConnect(stack, browser, body);
    await expectHeading(page, 'Connect Sandbox');
    expect(await colourOf(page, 'backgroundColor', 'button.main')).toBe('rgb(255, 212, 0)');
    expect(await colourOf(page, 'color', 'button.main')).toBe('rgb(0, 0, 0)');
    await picture(page, 'connect-accent');
    expect(watched.violations).toEqual([]);
    await watched.context.close();
  });

  it('console C29: the document says in which language it is, English where it has no other', async () => {
    const body = { providers: ['sandbox'], locale: 'tlh' };
    const { page, watched } = await openConnect(stack, browser, body, { locale: 'tlh' });
    await expectHeading(page, 'Connect Sandbox');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('html').getAttribute('dir')).toBe('ltr');
    await watched.context.close();
  });

  it('console C28: the focus is on what is new, and everything can be reached by keyboard', async () => {
    const { page, watched } = await openConnect(stack, browser, { providers: ['sandbox', 'firecrawl'] });
    await expectHeading(page, 'What would you like to connect?');
    await page.locator('h1:focus').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('h1:focus').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator('input:focus, button:focus').count()).toBe(1);
    await watched.context.close();
  });
});
