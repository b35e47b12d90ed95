import type { Browser, Page } from 'playwright-core';
import { consoleAreas } from '@latchkey/api/routes/console/areas.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings } from '../support/axe.ts';
import { launchChromium, openWatched, sidewaysScroll } from '../support/chromium.ts';
import { configure, rowOf, signIn } from '../support/console.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey, connect } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

describe.skipIf(chromiumPath === null)('every page of the console', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_axe' }, 'Works');
    await addKey(stack, 'sandbox', { apiKey: 'sbx_wrong' }, 'Rejected');
    await connect(stack, { provider: 'sandbox' });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  const settled = async (page: Page) => {
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
  };

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    it('console A27, C28: has nothing that axe finds, and asks nothing of anybody else', async () => {
      const watched = await openWatched(browser, { colorScheme });
      const page = await watched.context.newPage();
      await page.goto(stack.url);
      await page.getByLabel('Admin token').waitFor();
      const found: Record<string, string[]> = { 'sign-in': await findings(page) };
      await signIn(page, stack);
      for (const area of consoleAreas) {
        await page.goto(`${stack.url}/${area}`);
        await settled(page);
        found[area] = await findings(page);
      }
      await page.goto(`${stack.url}/data-sources`);
      await rowOf(page, 'Works').getByRole('link').click();
      await settled(page);
      found['credential'] = await findings(page);
      await page.goto(`${stack.url}/data-sources`);
      await configure(page, 'sandbox', 'Add API key');
      await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
      found['add key'] = await findings(page);
      expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
      expect(watched.violations).toEqual([]);
      expect(watched.errors).toEqual([]);
      expect([...watched.origins]).toEqual([stack.url]);
      await watched.context.close();
    });
  });

  it('fits 320 px without sideways scroll', async () => {
    const watched = await openWatched(browser, { viewport: { width: 320, height: 640 } });
    const page = await watched.context.newPage();
    await signInOnPhone(page);
    const scrolls: Record<string, number> = {};
    for (const area of consoleAreas) {
      await page.goto(`${stack.url}/${area}`);
      await settled(page);
      scrolls[area] = await sidewaysScroll(page);
    }
    expect(scrolls).toEqual(Object.fromEntries(consoleAreas.map((area) => [area, 0])));
    await watched.context.close();
  });
});

async function signInOnPhone(page: Page) {
  await signIn(page, stack);
  await page.getByRole('button', { name: 'admin token' }).waitFor();
}
