import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { launchChromium, openWatched, type Watched } from './chromium.ts';
import { signIn } from './console.ts';
import { addKey, connect } from './flows.ts';
import { startStack, type Stack } from './stack.ts';

type Fault = Parameters<Stack['sandbox']['control']['addFault']>[0];

/** A stack with a browser, for tests of the page of a credential. */
export interface CredentialPages {
  readonly stack: Stack;
  readonly browser: Browser;
  /** Of the test that runs; nothing of it breaks a policy, throws or asks anything of others. */
  readonly watched: Watched;
  /** Where the page of a credential is. */
  at(id: string): string;
  /** Opens the page of a credential in a new tab, signed in. */
  open(id: string): Promise<Page>;
  newKey(name: string, apiKey?: string): Promise<Credential>;
  newAccount(name: string): Promise<Credential>;
  /** Lifetime of the access tokens that the sandbox gives out from now on. */
  tokensLast(seconds: number): Promise<unknown>;
  /** What goes wrong with the next refreshes. */
  tokenFault(effect: object, times?: number): Promise<unknown>;
}

// As the API has it.
// oxlint-disable-next-line typescript/no-explicit-any
type Credential = any;

/** Registers the hooks of a suite. */
export function openCredentialPages(): CredentialPages {
  let stack: Stack;
  let browser: Browser;
  let watched: Watched;

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    // No refresh but those of the tests, which would use up what is to go wrong with them.
    await pages.tokensLast(3600);
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  beforeEach(async () => {
    await stack.sandbox.control.clearFaults();
    await stack.sandbox.control.updateSettings({ account: 'ada' });
    watched = await openWatched(browser);
    return async () => {
      expectClean(watched, stack);
      await watched.context.close();
    };
  });

  const pages: CredentialPages = {
    get stack() {
      return stack;
    },
    get browser() {
      return browser;
    },
    get watched() {
      return watched;
    },
    at: (id) => `${stack.url}/credentials/${id}`,
    async open(id) {
      const page = await watched.context.newPage();
      await signIn(page, stack, `/credentials/${id}`);
      await page.getByRole('heading', { level: 2, name: 'Time line' }).waitFor();
      return page;
    },
    newKey: async (name, apiKey = 'sbx_valid_key') =>
      (await addKey(stack, 'sandbox', { apiKey }, name)).credential,
    newAccount: async (name) => (await connect(stack, { provider: 'sandbox', name })).credential,
    tokensLast: (seconds) =>
      stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: seconds } }),
    tokenFault: (effect, times = 1) =>
      stack.sandbox.control.addFault({
        provider: 'sandbox',
        endpoint: 'token.refresh',
        times,
        ...effect,
      } as Fault),
  };
  return pages;
}

function expectClean({ violations, errors, origins }: Watched, { url, sandbox }: Stack) {
  expect(violations).toEqual([]);
  expect(errors).toEqual([]);
  // The provider's, in a window of its own.
  expect([...origins].filter((origin) => origin !== sandbox.url)).toEqual([url]);
}

/** Chooses something in the menu of the credential. */
export async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

/** What the page says about one thing. */
export function factOf(page: Page, name: string): Locator {
  return page.locator('dl > div', { has: page.locator('dt', { hasText: name }) }).locator('dd');
}

/** The state of the credential. */
export function badgeOf(page: Page): Locator {
  return page.locator('[data-tone]').first();
}
