import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, openWatched, type Watched } from '../support/chromium.ts';
import { cardOf, refuseReads, rowOf, signIn } from '../support/console.ts';
import { expectClean } from '../support/console-person.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;
let watched: Watched;
let page: Page;

const cards = () => page.locator('section[data-provider]');
const rows = () => page.locator('li[data-credential]');
const clear = () => page.getByRole('button', { name: 'Clear filters' });

describe.skipIf(chromiumPath === null)('a part of the credentials', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await Promise.all([
      addKey(stack, 'sandbox', { apiKey: 'sbx_valid_key' }, 'Good key'),
      ...[1, 2, 3, 4, 5, 6].map((n) => addKey(stack, 'sandbox', { apiKey: 'sbx_wrong' }, `Wrong ${n}`)),
    ]);
    watched = await openWatched(browser);
    page = await watched.context.newPage();
    await signIn(page, stack);
  });

  afterAll(async () => {
    expectClean(watched, stack);
    await browser.close();
    await stack.close();
  });

  it('console A4, A22: the banner leads to the list of all that need someone, and of nothing else', async () => {
    await rowOf(page, 'Good key').waitFor();
    await cardOf(page, 'notion').waitFor();
    await page.getByRole('alert').getByRole('link', { name: 'and 1 more' }).click();
    await page.getByText('Only credentials that need someone are shown.').waitFor();
    await rowOf(page, 'Wrong 6').waitFor();
    await rowOf(page, 'Good key').waitFor({ state: 'detached' });
    expect([await cards().count(), await rows().count()]).toEqual([1, 6]);
    expect(new URL(page.url()).search).toBe('?show=someone');
    await page.reload();
    await rowOf(page, 'Wrong 6').waitFor();
    expect([await cards().count(), await rows().count()]).toEqual([1, 6]);
    await page.getByRole('searchbox').fill('wrong 3');
    await rowOf(page, 'Wrong 4').waitFor({ state: 'detached' });
    await rowOf(page, 'Wrong 3').waitFor();
    expect(await rows().count()).toBe(1);
    await clear().click();
    await rowOf(page, 'Good key').waitFor();
    await cardOf(page, 'notion').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('console A14: what is mended leaves the list of what needs someone by itself', async () => {
    await page.goto(`${stack.url}/data-sources?show=someone`);
    await rowOf(page, 'Wrong 5').waitFor();
    const id = await rowOf(page, 'Wrong 5').getAttribute('data-credential');
    await stack.admin.patch(`/v1/credentials/${id}`, { fields: { apiKey: 'sbx_valid_now' } });
    await rowOf(page, 'Wrong 5').waitFor({ state: 'detached' });
    await rowOf(page, 'Wrong 4').waitFor();
  });

  it('console A23: a part without a credential says so, and the way back is in it', async () => {
    await page.goto(`${stack.url}/data-sources?show=reauthorization_required`);
    await page.getByText('Only credentials in the state “Reconnect needed” are shown.').waitFor();
    await page.getByText('Nothing matches these filters').waitFor();
    expect(await cards().count()).toBe(0);
    await clear().last().click();
    await cardOf(page, 'notion').waitFor();
  });

  it('console A23: a part that cannot be read says why', async () => {
    await refuseReads(page, '**/v1/credentials?needs=**');
    await page.goto(`${stack.url}/data-sources?show=admin`);
    await page.getByText('The request was not valid.').first().waitFor();
    expect(await page.getByText('Nothing matches these filters').count()).toBe(0);
    await page.unroute('**/v1/credentials?needs=**');
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByText('Nothing matches these filters').waitFor();
  });
});
