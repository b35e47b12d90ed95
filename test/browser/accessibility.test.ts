import type { Browser, Page } from 'playwright-core';
import { languageTags } from '@latchkey/texts/languages.ts';
import { consoleAreas } from '@latchkey/api/routes/console/areas.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings } from '../support/axe.ts';
import { coveredText } from '../support/covered-text.ts';
import { launchChromium, openWatched, sidewaysScroll } from '../support/chromium.ts';
import { configure, rowOf, signIn } from '../support/console.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey, connect } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;
let longNamed: string;

describe.skipIf(chromiumPath === null)('every page of the console', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_axe' }, 'Works');
    await addKey(stack, 'sandbox', { apiKey: 'sbx_wrong' }, 'Rejected');
    longNamed = (await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_long' }, 'n'.repeat(100))).credential.id;
    await stack.admin.post('/v1/service-tokens', { name: 't'.repeat(100), role: 'runner' });
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
      await page.getByRole('heading', { level: 2, name: 'Time line' }).waitFor();
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

  it.each(languageTags)('console C29: fits 320 px in %s, with names that have no spaces', async (locale) => {
    // High enough for everything to be in the window.
    const watched = await openWatched(browser, { viewport: { width: 320, height: 4000 }, locale });
    const page = await watched.context.newPage();
    await signIn(page, stack);
    const found: Record<string, unknown> = {};
    const paths = [...consoleAreas, `credentials/${longNamed}`];
    for (const path of paths) {
      await page.goto(`${stack.url}/${path}`);
      await settled(page);
      found[path] = [await sidewaysScroll(page), ...(await coveredText(page))];
    }
    expect(found).toEqual(Object.fromEntries(paths.map((path) => [path, [0]])));
    await watched.context.close();
  });
});
