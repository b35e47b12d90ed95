import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, openWatched, sidewaysScroll } from '../support/chromium.ts';
import { expectHeading, makeSession } from '../support/connect-browser.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { coveredText } from '../support/covered-text.ts';
import { narrow } from '../support/expect-fit.ts';
import { startStack, type Stack } from '../support/stack.ts';
import { languageTags } from '@latchkey/texts/languages.ts';
import { textsOf } from '../support/texts.ts';

let stack: Stack;
let browser: Browser;

const fill = (text: string, provider: string) => text.replaceAll('{{provider}}', provider);

describe.skipIf(chromiumPath === null)('the connect page in every language', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  async function open(url: string, options: BrowserContextOptions) {
    const watched = await openWatched(browser, { ...narrow, ...options });
    const page = await watched.context.newPage();
    await page.goto(url);
    return { page, watched };
  }

  /** A view in a language, as narrow as it gets. */
  async function expectView(page: Page, language: string, heading: string): Promise<void> {
    await expectHeading(page, heading);
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    expect(await page.locator('html').getAttribute('dir')).toBe('ltr');
    expect(await sidewaysScroll(page), heading).toBe(0);
    expect(await coveredText(page), heading).toEqual([]);
  }

  it.each(languageTags)(
    'console C29: %s where the session asks for it, in every view and at 320 px',
    async (language) => {
      const { connect: texts } = textsOf(language);
      const { url } = await makeSession(stack, { locale: language });
      const { page, watched } = await open(url, { locale: language === 'en' ? 'de-DE' : 'en-US' });
      await expectView(page, language, texts.choose.title);
      await page.getByRole('button', { name: 'Firecrawl' }).click();
      await expectView(page, language, fill(texts.key.title, 'Firecrawl'));
      await page.getByRole('button', { name: texts.key.submit, exact: true }).click();
      await page.getByText(texts.key.missing).waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      await page.getByRole('button', { name: texts.back }).click();
      await page.getByRole('button', { name: 'Sandbox' }).click();
      await expectView(page, language, fill(texts.account.title, 'Sandbox'));
      await page.getByRole('button', { name: texts.close, exact: true }).click();
      await expectView(page, language, texts.over.closed);
      expect(watched.errors).toEqual([]);
      await watched.context.close();
    },
  );

  it.each(languageTags)(
    'console C25, C29: %s where the browser asks for it, problem pages included',
    async (language) => {
      const { connect: texts } = textsOf(language);
      const session = await makeSession(stack, { providers: ['sandbox'] });
      const { page, watched } = await open(session.url, { locale: language });
      await expectView(page, language, fill(texts.account.title, 'Sandbox'));
      await stack.database.superuser.query(`update connect_session set expires_at = now() where id = $1`, [
        session.id,
      ]);
      for (const [path, kind] of [
        [new URL(session.url).pathname, 'connect_session_over'],
        ['/connect/session/unknown', 'connect_session_not_found'],
        ['/connect/resume/cs_nothing', 'lost'],
      ] as const) {
        await page.goto(stack.url + path);
        await expectView(page, language, texts.problem[kind].title);
      }
      await watched.context.close();
    },
  );
});
