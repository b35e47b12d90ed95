import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from 'playwright-core';
import { eventually } from './eventually.ts';
import { chromiumPath, headlessShellPath, whyNoBrowser } from './find-chromium.ts';

if (chromiumPath === null) process.stdout.write(`The browser tests are skipped: ${whyNoBrowser}.\n`);

/** They run in pages, whose globals the tests do not have: as text, so that nobody uses one by mistake here. */
const scripts = {
  reportViolations: `addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    void reportViolation(location.pathname + ': ' + violatedDirective + ' ' + blockedURI);
  })`,
  sidewaysScroll: 'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  everything: `[
    document.documentElement.outerHTML,
    ...[...document.querySelectorAll('input')].map(({ value }) => value),
    ...[localStorage, sessionStorage].flatMap((storage) => Object.entries(storage).flat()),
    document.cookie,
    location.href,
  ].join('\\n')`,
};

/**
 * As people have it: Playwright's own defaults open every popup and keep third-party storage unpartitioned.
 * @param withWindows needed for popups: what is without windows blocks none
 */
export async function launchChromium({ withWindows = false } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: (withWindows ? chromiumPath : headlessShellPath) ?? '',
    ignoreDefaultArgs: ['--disable-popup-blocking'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--enable-features=ThirdPartyStoragePartitioning',
    ],
  });
}

/** What every page of a context did that it should not have. */
export interface Watched {
  readonly context: BrowserContext;
  readonly violations: readonly string[];
  readonly errors: readonly string[];
  /** Origins that anything was asked of. */
  readonly origins: ReadonlySet<string>;
  /** Addresses of all requests, with the bodies that were sent. */
  readonly requests: readonly string[];
}

/** For somebody who wants no motion, unless told otherwise: what moves would be waited for at every step. */
export async function openWatched(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: { width: 1100, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  });
  const violations: string[] = [];
  const errors: string[] = [];
  const origins = new Set<string>();
  const requests: string[] = [];
  await context.exposeFunction('reportViolation', (text: string) => violations.push(text));
  await context.addInitScript(scripts.reportViolations);
  context.on('request', (request) => {
    if (!/^https?:/.test(request.url())) return;
    origins.add(new URL(request.url()).origin);
    requests.push(request.url());
  });
  context.on('console', (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
  context.on('weberror', (error) => errors.push(error.error().message));
  return { context, violations, errors, origins, requests };
}

/**
 * What a page shows within this time came to it by itself: where there is no stream, pages ask every 30 seconds. How soon it
 * truly is there is measured by `bench/console-latency.ts`.
 */
export const byItself = { timeout: 20_000 } as const;

/**
 * How far a page can be scrolled sideways; 0 is what people want. A page that got another width is given the time to lay itself
 * out anew.
 */
export async function sidewaysScroll(page: Page): Promise<number> {
  // Not by `waitForFunction`: after its first try it evaluates text in the page, which our policy forbids.
  const measure = () => page.evaluate<number>(scripts.sidewaysScroll);
  const fits = { describe: 'the page is not wider than its window', timeoutMs: 5_000 };
  await eventually(async () => (await measure()) === 0, fits).catch(() => undefined);
  return measure();
}

/** Everything that a page shows or keeps. */
export async function everythingIn(page: Page): Promise<string> {
  return page.evaluate<string>(scripts.everything);
}

interface PictureOptions {
  /** Only what is in the window: a page that is laid out for its whole length ends a drag. */
  readonly asItStands?: boolean;
  /** What is not for everybody who looks at pictures. */
  readonly mask?: readonly Locator[];
}

/** Saves a picture where `SCREENSHOTS_DIR` says, for people to look at. */
export async function picture(
  page: Page,
  name: string,
  { asItStands = false, mask = [] }: PictureOptions = {},
): Promise<void> {
  const directory = process.env['SCREENSHOTS_DIR'];
  if (directory === undefined) return;
  const options = { path: `${directory}/${name}.png`, mask: [...mask], maskColor: '#ced4da' };
  if (asItStands) {
    await page.screenshot(options);
    return;
  }
  // Behind a dialog the page does not scroll.
  const hasDialog = await page.getByRole('dialog').isVisible();
  // What is fixed to the window would stand in the middle of a page that is scrolled.
  if (!hasDialog) await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ ...options, fullPage: !hasDialog });
}
