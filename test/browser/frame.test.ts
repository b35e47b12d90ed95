import { consoleAreas } from '@latchkey/api/routes/console/areas.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { expectClean, openConsole } from '../support/console-person.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';
import { languageTags } from '@latchkey/texts/languages.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

let stack: Stack;
let browser: Browser;
let keyId: string;
let opened: Awaited<ReturnType<typeof openConsole>>;

const person = 'Maximiliana.Featherstonehaugh-Cholmondeley@subsidiary.example.test';
const states = ['connecting', 'live', 'reconnecting', 'polling'];

/** Runs in a page: chooses a language in the menu of the person. */
const speak = `async (language) => {
  const until = async (find) => {
    while (!find()) await new Promise((resolve) => setTimeout(resolve, 5));
    return find();
  };
  const item = () => document.querySelector('[role="menuitemradio"][lang="' + language + '"]');
  document.querySelector('header [aria-haspopup="menu"]').click();
  (await until(item)).click();
  await until(() => document.documentElement.lang === language && item() === null);
  return until;
}`;

/**
 * How far the page can be scrolled sideways, by language and state of the stream. Of the state the page is told as by another
 * tab that has the stream.
 */
const measureScrolls = (inStates: readonly string[]) => `(async () => {
  const channel = new BroadcastChannel('latchkey-events-/-default');
  const scrolls = {};
  for (const language of ${JSON.stringify(languageTags)}) {
    const until = await (${speak})(language);
    scrolls[language] = {};
    for (const state of ${JSON.stringify(inStates)}) {
      channel.postMessage({ kind: 'state', state });
      await until(() => document.querySelector('[data-stream="' + state + '"]'));
      const { scrollWidth, clientWidth } = document.documentElement;
      const menu = document.querySelector('header [aria-haspopup="menu"]').getBoundingClientRect();
      scrolls[language][state] = menu.width < 44 ? 'no room for the menu' : scrollWidth - clientWidth;
    }
  }
  channel.close();
  return scrolls;
})()`;

/** What is wider than its place, by language: words of a button, a link or a head, and whatever hides or scrolls the rest. */
const findCut = `(async () => {
  const cut = {};
  const wordsOf = (element) => (element.matches('input') ? element.value : element.textContent);
  for (const language of ${JSON.stringify(languageTags)}) {
    await (${speak})(language);
    cut[language] = [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { overflowX, position } = getComputedStyle(element);
        const holds = overflowX !== 'visible' || /^(?:A|BUTTON|TH)$/.test(element.tagName);
        const hasWords = wordsOf(element).trim() !== '';
        const isForScreenReaders = position === 'absolute' && element.clientWidth <= 1;
        return holds && hasWords && !isForScreenReaders && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
      })
      .map((element) => element.className + ': ' + wordsOf(element).slice(0, 60));
  }
  return cut;
})()`;

describe.skipIf(chromiumPath === null)('the frame of the console', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    keyId = (await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_frame' }, 'A key')).credential.id;
    await inNewWorkspace(stack);
    opened = await openConsole(browser, stack, {
      role: 'admin',
      path: '/keys',
      subject: person,
      viewport: { width: 320, height: 640 },
    });
  });

  afterAll(async () => {
    expectClean(opened.watched, stack);
    await browser.close();
    await stack.close();
  });

  const areas = [...consoleAreas, 'credentials'];

  async function open(area: string): Promise<Page> {
    const { page } = opened;
    await page.goto(`${stack.url}/${area === 'credentials' ? `${area}/${keyId}` : area}`);
    await page.getByRole('button', { name: person, exact: true }).waitFor();
    await page.locator('nav [role="combobox"]').waitFor({ state: 'attached' });
    await page.locator('h1').waitFor();
    await page.locator('main .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
    // From here on the stream has nothing more to say of itself.
    await page.locator('[data-stream="live"]').waitFor();
    return page;
  }

  async function expectNoScroll(page: Page, inStates: readonly string[]): Promise<void> {
    const noScroll = Object.fromEntries(inStates.map((state) => [state, 0]));
    expect(await page.evaluate(measureScrolls(inStates))).toEqual(
      Object.fromEntries(languageTags.map((language) => [language, noScroll])),
    );
  }

  it('console C28, A16: fits 320 px in every language, whatever the stream does and whoever is signed in', async () => {
    await expectNoScroll(await open('overview'), states);
  });

  it.each(areas)('console C28: /%s fits 320 px in every language', async (area) => {
    await expectNoScroll(await open(area), ['live']);
  });

  it.each(areas)(
    'console C29: nothing of /%s is cut in any language in a window of usual width',
    async (area) => {
      const page = await open(area);
      await page.setViewportSize({ width: 1100, height: 800 });
      expect(await page.evaluate(findCut)).toEqual(
        Object.fromEntries(languageTags.map((language) => [language, []])),
      );
      await page.setViewportSize({ width: 320, height: 640 });
    },
  );
});
