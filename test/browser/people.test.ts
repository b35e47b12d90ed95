import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { expectClean, openConsole } from '../support/console-person.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { signInAs } from '../support/people.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const open = (options: Partial<Parameters<typeof openConsole>[2]> = {}) =>
  openConsole(browser, stack, { role: 'admin', path: '/people', ...options });
const rows = (page: Page, person: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: person }) });
const isSignedIn = async ({ client }: Awaited<ReturnType<typeof signInAs>>) =>
  (await client.get('/auth/session')).status === 200;

describe.skipIf(chromiumPath === null)('the people in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('an administrator ends one session of a person, then all of them, each after a question', async () => {
    const ada = [
      await signInAs(stack, 'ada@example.test', 'editor', 'Browser one'),
      await signInAs(stack, 'ada@example.test', 'editor', 'Browser two'),
      await signInAs(stack, 'ada@example.test', 'editor', 'Browser three'),
    ];
    const bob = await signInAs(stack, 'bob@example.test', 'viewer', 'Browser of Bob');
    const { watched, page } = await open();
    const first = rows(page, 'ada@example.test').filter({ hasText: 'Browser one' });
    await first.getByText('192.0.2.1').waitFor();
    await picture(page, 'people');
    await first.getByRole('button', { name: 'End session' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    await page.getByText('1 session of ada@example.test was ended.').waitFor();
    expect(await Promise.all(ada.map(isSignedIn))).toEqual([false, true, true]);
    await rows(page, 'ada@example.test').first().getByRole('button', { name: 'End all' }).click();
    await page.getByRole('dialog').getByText('2 browsers have to sign in again.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'End all' }).click();
    await page.getByText('2 sessions of ada@example.test were ended.').waitFor();
    expect(await rows(page, 'ada@example.test').count()).toBe(0);
    expect([...(await Promise.all(ada.map(isSignedIn))), await isSignedIn(bob)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A30: whoever ends the session that they look at signs in again, at the same address', async () => {
    const { watched, page } = await open({ path: '/people?q=this-browser' });
    await page.getByRole('button', { name: 'Clear filters' }).click();
    const own = page.getByRole('row').filter({ hasText: 'This browser' });
    await own.getByRole('button', { name: 'End session' }).click();
    await page.getByRole('dialog').getByText('you will have to sign in again').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'End session' }).click();
    await page.getByLabel('Admin token').waitFor();
    expect(new URL(page.url()).pathname).toBe('/people');
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A22, A23, A29: a viewer sees their own sessions only, and finds them by the address', async () => {
    await signInAs(stack, 'carol@example.test', 'editor', 'Browser of Carol');
    const { watched, page } = await open({ role: 'viewer', path: '/people?q=viewer' });
    await rows(page, 'viewer@example.test').first().waitFor();
    await page.getByRole('searchbox').fill('carol');
    await page.getByText('Nothing matches these filters').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('carol');
    expectClean(watched, stack);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)('fits a phone of 320 px in %s colours', async (colorScheme) => {
    const { watched, page } = await open({ colorScheme, viewport: { width: 320, height: 640 } });
    await page.getByRole('searchbox').waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await picture(page, `phone-people-${colorScheme}`);
    await watched.context.close();
  });
});
