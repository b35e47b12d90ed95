import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings } from '../support/axe.ts';
import { launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { expectClean, openConsole } from '../support/console-person.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;
let added: Awaited<ReturnType<typeof addKey>>;

/** With what moves, as most people have it. */
const open = (options: Partial<Parameters<typeof openConsole>[2]> = {}) =>
  openConsole(browser, stack, {
    role: 'admin',
    path: '/oauth-clients',
    reducedMotion: 'no-preference',
    ...options,
  });
const palette = (page: Page) => page.getByRole('combobox', { name: 'Where to, what to do, or an id' });
const rows = (page: Page) => page.locator('[data-row]');
/** Each row is asked for by itself: the second may be there before the first. */
async function rowsLoaded(page: Page): Promise<void> {
  await eventually(
    async () => {
      const names = await page.getByRole('rowheader').count();
      return names > 0 && names === (await rows(page).count());
    },
    { describe: 'every row is there' },
  );
}
/** What has the focus: the first words of it. */
const focused = (page: Page) => page.evaluate<string>(`document.activeElement.innerText.split(/\\s/)[0]`);

describe.skipIf(chromiumPath === null)('the keys of the console', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    added = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_for_the_palette' }, 'By the palette');
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('console A25: Ctrl+K opens a palette that goes to every area, and Esc gives the focus back', async () => {
    const { watched, page } = await open();
    const search = page.getByRole('searchbox');
    await search.focus();
    await page.keyboard.press('Control+k');
    await palette(page).waitFor();
    await picture(page, 'palette');
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await palette(page).waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement?.type')).toBe('search');
    await page.keyboard.press('Control+k');
    await palette(page).fill('tok go');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Service tokens' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/service-tokens');
    await page.keyboard.press('Control+k');
    await palette(page).fill('create');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Create a service token' }).waitFor();
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A25: any id that is pasted opens what it is of', async () => {
    const { watched, page } = await open();
    await page.getByRole('button', { name: 'Go to…' }).click();
    await palette(page).fill(`"${added.credential.id}",`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'By the palette' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/credentials/${added.credential.id}`);
    await page.keyboard.press('Control+k');
    await palette(page).fill(added.authorization.id);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/authorizations');
    expect(new URL(page.url()).searchParams.get('id')).toBe(added.authorization.id);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A25: a credential is found by its name and opened, with the keys alone', async () => {
    const { watched, page } = await open();
    await page.keyboard.press('Control+k');
    await palette(page).fill('the PAL');
    await page.getByRole('option', { name: 'Open By the palette (Sandbox)', selected: true }).waitFor();
    expect(await page.getByRole('option').count()).toBe(2);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'By the palette' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/credentials/${added.credential.id}`);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A25: / goes into the search; in a field keys write, and nothing else', async () => {
    const { watched, page } = await open();
    await rowsLoaded(page);
    await page.keyboard.press('/');
    await page.keyboard.type('jk/?');
    expect(await page.getByRole('searchbox').inputValue()).toBe('jk/?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A25: j, k and arrows go over rows, Enter opens one, and Esc closes it', async () => {
    const { watched, page } = await open();
    await rowsLoaded(page);
    await page.keyboard.press('j');
    expect(await focused(page)).toBe('Notion');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('Google');
    await picture(page, 'row-focus');
    await page.keyboard.press('k');
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toBe('Notion');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'OAuth client of Notion' }).waitFor();
    await page.getByRole('form').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('Notion');
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A25: ? lists the keys, and keys without Ctrl can be switched off for good', async () => {
    const { watched, page } = await open();
    await rowsLoaded(page);
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.getByText('Into the search of the page').waitFor();
    await picture(page, 'keys-help');
    expect(await findings(page)).toEqual([]);
    await help.getByRole('switch').click({ force: true });
    await page.keyboard.press('Escape');
    await page.reload();
    await rowsLoaded(page);
    await page.keyboard.press('j');
    expect(await focused(page)).not.toBe('Notion');
    await page.keyboard.press('Control+k');
    await palette(page).waitFor();
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A25: everything is reached by Tab: the way over the navigation, and where the focus is', async () => {
    const { watched, page } = await open();
    await rowsLoaded(page);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.type')).toBe('search');
    await watched.context.close();
  });

  it('console A29: the palette shows a viewer what they may not do, with the reason, and does not do it', async () => {
    const { watched, page } = await open({ role: 'viewer' });
    await page.keyboard.press('Control+k');
    await palette(page).fill('keys go');
    const option = page.getByRole('option', { name: /^Go to Keys/ });
    await option.getByText('Needs the role Administrator; yours is Viewer.').waitFor();
    await page.keyboard.press('Enter');
    await option.click({ force: true });
    expect(new URL(page.url()).pathname).toBe('/oauth-clients');
    expect(await palette(page).isVisible()).toBe(true);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)('fits a phone of 320 px in %s colours', async (colorScheme) => {
    const { watched, page } = await open({ colorScheme, viewport: { width: 320, height: 640 } });
    await page.getByRole('button', { name: 'Go to…' }).click();
    await palette(page).waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    expect(await findings(page)).toEqual([]);
    await picture(page, `phone-palette-${colorScheme}`);
    await watched.context.close();
  });
});
