import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openWatched, type Watched } from './chromium.ts';
import type { Stack } from './stack.ts';

export interface MadeSession {
  readonly id: string;
  readonly url: string;
}

/** What the product's back end does before it sends anybody to the page. */
export async function makeSession(stack: Stack, body: Record<string, unknown> = {}): Promise<MadeSession> {
  const made = await stack.admin.post('/v1/connect-sessions', body);
  expect(made.status, made.text).toBe(201);
  return made.body;
}

export interface OpenedConnect {
  readonly watched: Watched;
  readonly page: Page;
  readonly session: MadeSession;
}

/** A person opens the page of a new session in a browser of their own. */
export async function openConnect(
  stack: Stack,
  browser: Browser,
  body: Record<string, unknown> = { providers: ['sandbox'] },
  options: BrowserContextOptions = {},
): Promise<OpenedConnect> {
  const session = await makeSession(stack, body);
  const watched = await openWatched(browser, options);
  const page = await watched.context.newPage();
  await page.goto(session.url);
  return { watched, page, session };
}

/** The button that opens the provider's window. @returns the window */
export async function openProvider(page: Page, button = 'Continue to Sandbox'): Promise<Page> {
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return popup;
}

/** What the session's own back end finds out, in the end. */
export async function outcomeOf(stack: Stack, { id }: MadeSession) {
  return (await stack.admin.get(`/v1/connect-sessions/${id}`)).body;
}

/** How many credentials there are. */
export async function countCredentials(stack: Stack): Promise<number> {
  return (await stack.admin.get('/v1/credentials?limit=200')).body.items.length;
}

/** A view of the page is known by its heading. @param timeout milliseconds it may take */
export async function expectHeading(
  page: Page | FrameLocator,
  name: string,
  timeout = 30_000,
): Promise<void> {
  const heading = page.getByRole('heading', { name });
  await heading.waitFor({ timeout });
  expect(await heading.isVisible()).toBe(true);
}
