import type { Role } from '@latchkey/core/roles.ts';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { openWatched, type Watched } from './chromium.ts';
import { signInAs } from './people.ts';
import type { Stack } from './stack.ts';

/** A page of the console before somebody with this role, who signed in at the issuer. */
export async function openConsole(
  browser: Browser,
  stack: Stack,
  {
    role,
    path,
    subject = `${role}@example.test`,
    ...options
  }: { role: Role; path: string; subject?: string } & BrowserContextOptions,
): Promise<{ watched: Watched; page: Page }> {
  const { cookie } = await signInAs(stack, subject, role, 'Chromium of a test');
  const watched = await openWatched(browser, options);
  const [name = '', value = ''] = cookie.split('=', 2);
  await watched.context.addCookies([{ name, value, url: stack.url }]);
  const page = await watched.context.newPage();
  await page.goto(stack.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return { watched, page };
}

/** Nothing was asked of anybody else, nothing broke, and the policy had nothing to say. */
export function expectClean({ violations, errors, origins }: Watched, stack: Stack): void {
  expect(violations).toEqual([]);
  expect(errors).toEqual([]);
  expect([...origins].filter((origin) => origin !== stack.url && origin !== stack.sandbox.url)).toEqual([]);
}
