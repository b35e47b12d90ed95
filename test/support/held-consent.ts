import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { openBrowser, type Browser } from './browser.ts';
import { openConnectPage, type ConnectPage } from './connect-page.ts';
import type { Stack } from './stack.ts';

export const codeVerifier = randomBytes(32).toString('base64url');
export const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');

/** A connect session whose consents its back end verifies. */
export async function openBound({ admin, url }: Stack, session: object = {}): Promise<ConnectPage> {
  const returnUrl = `${url}/done?tab=1`;
  const bound = { providers: ['sandbox'], returnUrl, state: 'of the caller', codeChallenge, ...session };
  return openConnectPage(admin, bound);
}

/** Starts on the connect page. @returns also its browser, which has the binding cookie */
export async function startBound(page: ConnectPage): Promise<{ id: string; url: string; browser: Browser }> {
  const started = await page.post('/authorizations', { provider: 'sandbox', window: 'popup' });
  expect(started.status, started.text).toBe(201);
  const [, name, value = ''] = /^([^=]+)=([^;]*)/.exec(started.headers.get('set-cookie') ?? '') ?? [];
  const browser = openBrowser(new Map([[`${new URL(page.url).host} ${name}`, value]]));
  return { id: started.body.id, url: started.body.authorizationUrl, browser };
}

/** Opens a start link, confirms where that is asked, and goes as far as the browser goes by itself. */
export async function goOn(browser: Browser, url: string, stopAt?: string) {
  const asked = await browser.visit(url);
  const [, onward] = /href="([^"]+\?go=[^"]+)"/.exec(asked.text) ?? [];
  return browser.follow(onward === undefined ? url : new URL(onward, url).href, stopAt);
}

/** Consents in a browser. @returns what that browser brings to the product */
export async function consentIn(browser: Browser, url: string): Promise<Record<string, string>> {
  const page = await goOn(browser, url);
  expect(page.status, page.text).toBe(200);
  const [, address = ''] = /http-equiv="refresh" content="0;url=([^"]+)"/.exec(page.text) ?? [];
  return Object.fromEntries(new URL(address.replaceAll('&amp;', '&')).searchParams);
}
