import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { openWatched } from './chromium.ts';
import { adminToken, type Stack } from './stack.ts';

/** On the page that asks for it. */
export async function enterAdminToken(page: Page, token = adminToken): Promise<void> {
  await page.getByLabel('Admin token').fill(token);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Opens a page of the console as an administrator who has signed in. */
export async function signIn(
  page: Page,
  { url }: Pick<Stack, 'url'>,
  path = '/data-sources',
  token = adminToken,
): Promise<void> {
  const answer = await page.request.post(`${url}/auth/session`, { data: { adminToken: token } });
  expect(answer.ok(), await answer.text()).toBe(true);
  await page.goto(`${url}${path}`);
  // On a phone it is there, and not shown.
  await page.locator('nav').first().waitFor({ state: 'attached' });
}

/** The card of a provider on the page of the data sources. */
export function cardOf(page: Page, provider: string): Locator {
  return page.locator(`section[data-provider="${provider}"]`);
}

/** The row of a credential in its card. */
export function rowOf(page: Page, name: string): Locator {
  return page.locator('li[data-credential]', { has: page.getByRole('link', { name, exact: true }) });
}

/** Chooses one of the ways to connect a provider. @param button what opens them, in the language of the page */
export async function configure(
  page: Page,
  provider: string,
  way: string,
  button = /^Configure/,
): Promise<void> {
  await cardOf(page, provider).getByRole('button', { name: button }).click();
  await page.getByRole('menuitem', { name: way }).click();
}

/** Lets what a page reads there be refused, as request `req_1`, until `unroute`. */
export async function refuseReads(page: Page, url: string): Promise<void> {
  // What begins to be told of changes asks for everything again by itself.
  await page.route('**/v1/events/stream*', (route) => route.abort());
  const problem = { status: 400, code: 'bad_request', title: 'Title', detail: 'Why not', requestId: 'req_1' };
  await page.route(url, (route) =>
    route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
  );
}

/**
 * Opens pages of the console, signed in as an administrator. After each test they are closed, and none may have broken a
 * policy, thrown, or asked anything of another origin.
 */
export function consoleOpener(suite: () => { readonly stack: Stack; readonly browser: Browser }) {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  return async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const { stack, browser } = suite();
    const { context, violations, errors, origins } = await openWatched(browser, options);
    closing.push(async () => {
      await context.close();
      expect(violations).toEqual([]);
      expect(errors).toEqual([]);
      expect([...origins].filter((origin) => origin !== stack.url)).toEqual([]);
    });
    const page = await context.newPage();
    await signIn(page, stack, path);
    return page;
  };
}
