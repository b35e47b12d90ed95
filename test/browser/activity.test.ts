import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byItself, launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { consoleOpener, refuseReads } from '../support/console.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey, connect } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

let stack: Stack;
let browser: Browser;
let keyId: string;

const fields = { apiKey: 'sbx_valid_key_of_this_test' };

const openConsole = consoleOpener(() => ({ stack, browser }));

const rows = (page: Page) => page.locator('tbody tr[data-event]');

/** The numbers of the events that are shown, as they stand. */
const numbers = (page: Page): Promise<number[]> =>
  rows(page).evaluateAll((all) => all.map((row) => Number(row.getAttribute('data-event'))));

const isNewestFirst = (list: readonly number[]) =>
  list.length > 0 && list.every((number, index) => index === 0 || number < (list[index - 1] ?? 0));

let renames = 0;

/** One event. */
async function rename(id = keyId): Promise<string> {
  const name = `key ${(renames += 1)}`;
  const { status, text } = await stack.admin.patch(`/v1/credentials/${id}`, { name });
  expect(status, text).toBe(200);
  return name;
}

describe.skipIf(chromiumPath === null)('the activity in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    // No token is refreshed by the schedule while events are counted.
    await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 3600 } });
    keyId = (await addKey(stack, 'sandbox', fields, 'A key')).credential.id;
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('console A6: shows what happened in words, newest first, and each event as subscribers get it', async () => {
    await connect(stack, { provider: 'sandbox', name: 'An account' });
    const page = await openConsole('/activity');
    await rows(page).filter({ hasText: 'Credential connected' }).first().waitFor();
    expect(isNewestFirst(await numbers(page))).toBe(true);
    const created = rows(page).filter({ hasText: 'Credential created' }).filter({ hasText: 'A key' });
    expect(await created.getByRole('link', { name: 'A key' }).getAttribute('href')).toBe(
      `/credentials/${keyId}`,
    );
    const ended = rows(page).filter({ hasText: 'Authorization succeeded' }).filter({ hasText: 'Key check' });
    expect(await ended.getByRole('link', { name: 'Key check' }).getAttribute('href')).toMatch(
      /^\/authorizations\?id=auth_/,
    );
    await created.getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Details' }).click();
    const dialog = page.getByRole('dialog', { name: 'Credential created' });
    const shown = JSON.parse((await dialog.locator('pre').textContent()) ?? '');
    expect(shown).toMatchObject({
      specversion: '1.0',
      type: 'latchkey.credential.created',
      subject: keyId,
      data: { provider: 'sandbox', name: 'A key' },
    });
    await picture(page, 'activity-details');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    // Every type of event has words.
    await page.getByRole('combobox', { name: 'Event' }).click();
    await page.getByRole('option', { name: 'Token refreshed' }).waitFor();
    expect(
      (await page.getByRole('option').allTextContents()).filter((text) => text.includes('latchkey')),
    ).toEqual([]);
  });

  it('console A15: new rows do not push the list: a button counts them, and the Live switch shows them', async () => {
    const page = await openConsole('/activity');
    await rows(page).first().waitFor();
    const before = await numbers(page);
    await rename();
    await rename();
    await rename();
    await page.getByRole('button', { name: '3 new' }).waitFor();
    expect(await numbers(page)).toEqual(before);
    await picture(page, 'activity-news');
    await page.getByRole('button', { name: '3 new' }).click();
    const newest = before[0] ?? 0;
    await eventually(async () => (await numbers(page))[0] === newest + 3, {
      describe: 'the three are shown',
    });
    expect((await numbers(page)).slice(0, 4)).toEqual([newest + 3, newest + 2, newest + 1, newest]);
    await page.getByRole('button', { name: /\d new/ }).waitFor({ state: 'detached' });
    await page.getByRole('switch', { name: 'Live' }).click();
    const name = await rename();
    await rows(page).first().getByRole('link', { name, exact: true }).waitFor(byItself);
    expect((await numbers(page))[0]).toBe(newest + 4);
  });

  it('console A15: a fixed time range is never live', async () => {
    const hour = 3_600_000;
    const [from, to] = [-hour, hour].map((ms) => new Date(Date.now() + ms).toISOString());
    const page = await openConsole(`/activity?from=${from}&to=${to}`);
    await rows(page).first().waitFor();
    const before = await numbers(page);
    const live = page.getByRole('switch', { name: 'Live' });
    expect(await live.getAttribute('aria-disabled')).toBe('true');
    await live.click({ force: true });
    expect(await live.isChecked()).toBe(false);
    // Seen by a page that is live, and not by this one.
    const other = await openConsole('/activity');
    await rows(other).first().waitFor();
    await rename();
    await other.getByRole('button', { name: '1 new' }).waitFor();
    expect(await page.getByRole('button', { name: /\d new/ }).count()).toBe(0);
    expect(await numbers(page)).toEqual(before);
  });

  it('console A22: type, subject and period stand in the address: back works, and a pasted link shows the same', async () => {
    const page = await openConsole('/activity');
    await rows(page).first().waitFor();
    const all = (await numbers(page)).length;
    await page.getByRole('combobox', { name: 'Event' }).click();
    await page.getByRole('option', { name: 'Credential created' }).click();
    await page.waitForURL(/type=latchkey\.credential\.created/);
    await eventually(async () => (await numbers(page)).length < all, { describe: 'fewer are shown' });
    const types = new Set(
      await rows(page).evaluateAll((each) => each.map((row) => row.getAttribute('data-type'))),
    );
    expect([...types]).toEqual(['latchkey.credential.created']);
    await rows(page).filter({ hasText: 'key' }).last().getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Only events about this' }).click();
    await page.waitForURL(/subject=/);
    await eventually(async () => (await numbers(page)).length === 1, { describe: 'only one is left' });
    const shown = await numbers(page);
    await page.reload();
    await rows(page).first().waitFor();
    expect(await numbers(page)).toEqual(shown);
    await page.goBack();
    await page.goBack();
    // And whatever happened meanwhile.
    await eventually(async () => (await numbers(page)).length >= all, { describe: 'all are back' });
    // A period that is over, before anything happened.
    await page.goto(`${stack.url}/activity?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z`);
    await page.getByText('Nothing matches these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await eventually(async () => (await numbers(page)).length >= all, { describe: 'all are back' });
  });

  it('console A24: older events are loaded below, without a gap, and stay while new ones come', async () => {
    for (let n = 0; n < 60; n += 1) await rename();
    const page = await openConsole('/activity');
    await rows(page).nth(49).waitFor();
    const newest = (await numbers(page))[0] ?? 0;
    await page.getByRole('button', { name: 'Load older' }).click();
    await eventually(async () => (await numbers(page)).at(-1) === 1, {
      describe: 'the first event is shown',
    });
    expect(await numbers(page)).toEqual(Array.from({ length: newest }, (_, index) => newest - index));
    await rename();
    await page.getByRole('button', { name: '1 new' }).click();
    await eventually(async () => (await numbers(page))[0] === newest + 1, {
      describe: 'the new one is shown',
    });
    expect(await numbers(page)).toEqual(Array.from({ length: newest + 1 }, (_, index) => newest + 1 - index));
  });

  it('console A23: nothing yet and a failure are told apart, and the first event comes by itself', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const page = await openConsole(`/activity?workspace=${workspaceId}`);
    await page.getByRole('heading', { name: 'Nothing has happened yet' }).waitFor();
    await client.post('/v1/credentials', { provider: 'sandbox', fields, name: 'First' });
    await rows(page).filter({ hasText: 'First' }).first().waitFor();
    await refuseReads(page, '**/v1/events?**');
    await page.reload();
    await page.getByText('The request was not valid.').waitFor();
    await page.unroute('**/v1/events?**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows(page).first().waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'fits 320 px in %s colours without sideways scroll',
    async (colorScheme) => {
      const page = await openConsole('/activity', { colorScheme, viewport: { width: 320, height: 640 } });
      await rows(page).first().waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      await picture(page, `activity-phone-${colorScheme}`);
      await page.setViewportSize({ width: 1100, height: 800 });
      await picture(page, `activity-${colorScheme}`);
    },
  );
});
