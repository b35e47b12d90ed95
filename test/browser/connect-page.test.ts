import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { everythingIn, launchChromium, picture } from '../support/chromium.ts';
import { countCredentials, expectHeading, openConnect, outcomeOf } from '../support/connect-browser.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const key = (page: Page) => page.getByLabel('API key', { exact: true });
const connect = (page: Page) => page.getByRole('button', { name: 'Connect', exact: true });

describe.skipIf(chromiumPath === null)('the connect page with a key', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  afterEach(async () => {
    await stack.sandbox.control.clearFaults();
  });

  it('console C26: the form is drawn from the definition, and a pasted key is trimmed', async () => {
    const { page, watched, session } = await openConnect(stack, browser, { providers: ['firecrawl'] });
    await expectHeading(page, 'Connect Firecrawl');
    await picture(page, 'connect-key-form');
    expect(await key(page).getAttribute('type')).toBe('password');
    expect(await key(page).getAttribute('autocomplete')).toBe('off');
    expect(await key(page).getAttribute('spellcheck')).toBe('false');
    expect(await page.getByLabel('Base URL').getAttribute('placeholder')).toBe('https://api.firecrawl.dev');
    await key(page).focus();
    await page.evaluate(`(() => {
      const data = new DataTransfer();
      data.setData('text', '  fc-test-ok \\n');
      const paste = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
      document.activeElement.dispatchEvent(paste);
    })()`);
    await page.getByRole('button', { name: 'Show API key' }).click();
    expect(await key(page).inputValue()).toBe('fc-test-ok');
    expect(await key(page).getAttribute('type')).toBe('text');
    await connect(page).click();
    await expectHeading(page, 'Firecrawl is connected');
    await picture(page, 'connect-connected');
    expect(await outcomeOf(stack, session)).toMatchObject({ status: 'connected', result: 'succeeded' });
    expect(await everythingIn(page)).not.toContain('fc-test-ok');
    expect(watched.violations).toEqual([]);
    expect(watched.errors).toEqual([]);
    await watched.context.close();
  });

  it('console C26: the button always works, and what is wrong stands at the field', async () => {
    const { page, watched } = await openConnect(stack, browser, { providers: ['firecrawl'] });
    await connect(page).click();
    await page.getByText('Enter this first.').waitFor();
    expect(await key(page).getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => page.evaluate('document.activeElement?.name')).toBe('apiKey');
    await key(page).fill('sk-of-something-else');
    await page.getByText('This does not look like one of Firecrawl.').waitFor();
    await page.getByLabel('Base URL').fill('not an address');
    await connect(page).click();
    await page.getByText('Enter an address that begins with https://.').waitFor();
    await watched.context.close();
  });

  it('console C26: three failures read differently, what was typed outlives them, and no second credential is made', async () => {
    const { page, watched, session } = await openConnect(stack, browser, { providers: ['firecrawl'] });
    const before = await countCredentials(stack);
    await key(page).fill('fc-wrong');
    await connect(page).click();
    await expectHeading(page, 'Firecrawl rejected this key');
    await picture(page, 'connect-key-rejected');
    expect(await key(page).inputValue()).toBe('fc-wrong');
    expect(await key(page).getAttribute('aria-invalid')).toBe('true');
    await key(page).fill('fc-empty-402');
    await connect(page).click();
    await expectHeading(page, 'This key has no credit left');
    const settings = page.getByRole('link', { name: 'Open the settings at Firecrawl' });
    expect(await settings.getAttribute('href')).toBe('https://www.firecrawl.dev/app/api-keys');
    await key(page).fill('fc-away-503');
    await connect(page).click();
    await expectHeading(page, 'Firecrawl does not answer at the moment');
    await page.getByText(/^Next try in \d+ s$/).waitFor();
    await picture(page, 'connect-provider-unavailable');
    expect(await key(page).inputValue()).toBe('fc-away-503');
    await key(page).fill('fc-fine-ok');
    await connect(page).click();
    await expectHeading(page, 'Firecrawl is connected');
    expect(await outcomeOf(stack, session)).toMatchObject({ result: 'succeeded' });
    expect(await countCredentials(stack)).toBe(before + 1);
    await watched.context.close();
  });

  it('console C26: a server that is away for a moment loses nothing that was typed', async () => {
    const { page, watched } = await openConnect(stack, browser, { providers: ['firecrawl'] });
    await page.route('**/v1/connect-session/credentials', async (route) => route.abort());
    await key(page).fill('fc-fine-ok');
    await connect(page).click();
    await expectHeading(page, 'Latchkey cannot be reached');
    await page.unroute('**/v1/connect-session/credentials');
    await connect(page).click();
    await expectHeading(page, 'Firecrawl is connected');
    await watched.context.close();
  });

  it('console C25: expired, used and unknown links say what product this is and what to ask for', async () => {
    const { page, watched, session } = await openConnect(stack, browser);
    await page.getByRole('button', { name: 'Close' }).click();
    await expectHeading(page, 'This page has been closed');
    const used = await page.goto(session.url);
    expect(used?.status()).toBe(410);
    await expectHeading(page, 'This link has done its work, or has expired');
    await page.getByText('ask whoever sent you here for a new one').waitFor();
    await picture(page, 'connect-over');
    const unknown = await page.goto(`${stack.url}/connect/session/unknown`);
    expect(unknown?.status()).toBe(404);
    await expectHeading(page, 'This link is not known');
    await page.getByText('Latchkey', { exact: true }).waitFor();
    await page.getByText('Technical details').click();
    await page.getByText('connect_session_not_found').waitFor();
    expect(watched.violations).toEqual([]);
    await watched.context.close();
  });

  it('console C25: a page whose session ends elsewhere says so by itself', async () => {
    const { page, watched, session } = await openConnect(stack, browser);
    await expectHeading(page, 'Connect Sandbox');
    const token = session.url.split('/').at(-1) ?? '';
    await stack
      .clientWith(null)
      .post('/v1/connect-session/close', {}, { headers: { 'x-connect-session': token } });
    await expectHeading(page, 'This page has been closed');
    await watched.context.close();
  });

  it('one of many providers is chosen, searched for, and left again', async () => {
    const { page, watched } = await openConnect(stack, browser, {});
    await expectHeading(page, 'What would you like to connect?');
    await picture(page, 'connect-choose');
    await page.getByRole('searchbox', { name: 'Search' }).fill('noti');
    await page.getByRole('button', { name: 'Notion' }).click();
    await page.getByRole('button', { name: 'Use an API key instead' }).click();
    await page.getByLabel('Internal integration secret', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await expectHeading(page, 'What would you like to connect?');
    await watched.context.close();
  });
});
