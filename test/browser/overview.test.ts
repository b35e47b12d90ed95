import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { consoleOpener, rowOf } from '../support/console.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey, connect, finish } from '../support/flows.ts';
import { sumOf } from '../support/samples.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;
let accountId: string;

const fields = { apiKey: 'sbx_valid_key_of_this_test' };
const charts = ['refreshes', 'leases', 'jobs', 'backlog'] as const;

const openConsole = consoleOpener(() => ({ stack, browser }));

const chart = (page: Page, name: (typeof charts)[number]) => page.locator(`section[data-chart="${name}"]`);

/** The numbers of a chart as its table has them, row by row. */
async function tableOf(card: Locator): Promise<string[][]> {
  await card.getByRole('button', { name: 'Show as a table' }).click();
  const rows = await card.locator('tbody tr').all();
  return Promise.all(rows.map((row) => row.locator('td').allTextContents()));
}

describe.skipIf(chromiumPath === null)('the overview in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    // Refreshes are the test's own.
    await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 3600 } });
    await addKey(stack, 'sandbox', { apiKey: 'sbx_wrong' }, 'Wrong key');
    await addKey(stack, 'sandbox', fields, 'Good key');
    accountId = (await connect(stack, { provider: 'sandbox', name: 'An account' })).credential.id;
    const refresh = await stack.admin.post(`/v1/credentials/${accountId}/refresh`);
    await finish(stack.admin, refresh.body.authorization.id);
    for (let n = 0; n < 3; n += 1)
      await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: accountId });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('console A4, A18: names what needs someone and who that is, and each number leads to its list', async () => {
    const page = await openConsole('/overview');
    await page.getByText('1 credential needs someone').waitFor();
    const needy = page.locator('li[data-needs="user"]');
    await needy.getByRole('link', { name: 'Wrong key' }).waitFor();
    await needy.getByText('It may be mistyped').waitFor();
    expect(await needy.count()).toBe(1);
    await page.getByRole('link', { name: 'Credentials: 3', exact: true }).waitFor();
    const lists = {
      'Connected: 2': 'active',
      'Refresh failing: 0': 'refresh_failing',
      'Reconnect needed: 0': 'reauthorization_required',
      'Being checked: 0': 'pending',
      'Being removed: 0': 'revoking',
      '1 can be mended by you or whoever owns it:': 'user',
      'Show all': 'someone',
    };
    for (const [name, show] of Object.entries(lists))
      expect(await page.getByRole('link', { name }).getAttribute('href')).toBe(`/data-sources?show=${show}`);
    await page.getByRole('link', { name: 'Key rejected: 1' }).click();
    await page.getByText('Only credentials in the state “Key rejected” are shown.').waitFor();
    await rowOf(page, 'Wrong key').waitFor();
    expect(await page.locator('li[data-credential]').count()).toBe(1);
  });

  it('console A19: has four charts only, each with its numbers in words and as a table, the same as /metrics', async () => {
    const page = await openConsole('/overview?period=1h');
    await expectCharts(page);
    await chart(page, 'refreshes').getByText('Refreshes: 1; succeeded: 1, rejected: 0').waitFor();
    await chart(page, 'leases').getByText('Leases: 3, ').waitFor();
    const sumOfTable = async (name: 'refreshes' | 'leases', column: number) =>
      (await tableOf(chart(page, name))).reduce((total, cells) => total + Number(cells[column]), 0);
    const [ofWorker, ofApi] = [
      await stack.worker.meters.registry.metrics(),
      await stack.admin.get('/metrics'),
    ];
    const succeeded = sumOf(ofWorker, 'latchkey_refreshes_total', { outcome: 'succeeded' });
    expect([succeeded, await sumOfTable('refreshes', 0)]).toEqual([1, 1]);
    const served = sumOf(ofApi.text, 'latchkey_leases_total', { result: 'served' });
    expect([served, await sumOfTable('leases', 0)]).toEqual([3, 3]);
    expect((await tableOf(chart(page, 'jobs'))).length).toBeGreaterThan(0);
    await picture(page, 'overview-tables');
    expect(await chart(page, 'jobs').getByRole('img').first().getAttribute('aria-label')).toMatch(
      /^Jobs.*Jobs: \d+; at the worst/,
    );
  });

  it('console A19: a drag over a chart puts its period into the address, and the lists of it show the same', async () => {
    const page = await openConsole('/overview?period=24h');
    await expectCharts(page);
    const plot = chart(page, 'leases').locator('.recharts-cartesian-grid');
    const box = await plot.boundingBox();
    if (box === null) throw new Error('there is no plot');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.6, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, y, { steps: 5 });
    await page.mouse.move(box.x + box.width - 1, y, { steps: 5 });
    await picture(page, 'overview-drag', { asItStands: true });
    await page.mouse.up();
    await page.waitForURL(/from=.*to=/);
    const { searchParams } = new URL(page.url());
    const [from = '', to = ''] = ['from', 'to'].map((name) => searchParams.get(name) ?? '');
    const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
    expect(hours).toBeGreaterThan(9);
    expect(hours).toBeLessThan(11);
    await page.getByText(/^Only from/).waitFor();
    await picture(page, 'overview-range');
    await page.reload();
    await page.getByText(/^Only from/).waitFor();
    await expectCharts(page);
    expect(await page.getByRole('link', { name: 'Authorizations of it' }).getAttribute('href')).toContain(
      new URLSearchParams({ from, to }).toString(),
    );
    await page.getByRole('link', { name: 'Activity of it' }).click();
    await page.waitForURL(/\/activity\?from=/);
    await page.locator('tr[data-event]').first().waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Show the whole period' }).click();
    await eventually(() => !page.url().includes('from='), { describe: 'the range is gone from the address' });
  });

  it('console A22: the period stands in the address, and can be chosen without dragging', async () => {
    const page = await openConsole('/overview');
    await expectCharts(page);
    await page.getByRole('combobox', { name: 'Period' }).click();
    await page.getByRole('option', { name: 'Last hour' }).click();
    await page.waitForURL(/period=1h/);
    await page.getByRole('combobox', { name: 'Period' }).click();
    await page.getByRole('option', { name: 'From … to …' }).click();
    await page.getByLabel('From (your time)').fill('2001-01-01T00:00');
    await page.getByLabel('Until (your time)').fill('2000-01-01T00:00');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('Must be after the beginning.').waitFor();
    await page.getByLabel('Until (your time)').fill('2001-01-02T00:00');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.waitForURL(/from=2001/);
    await page.getByText('Charts go back seven days; this period is older.').waitFor();
    await page.goBack();
    await page.waitForURL(/period=1h/);
  });

  it.each(['light', 'dark'] as const)(
    'console A27: fits 320 px in %s colours without sideways scroll, and nothing in it moves',
    async (colorScheme) => {
      const page = await openConsole('/overview?period=1h', {
        colorScheme,
        viewport: { width: 320, height: 640 },
        reducedMotion: 'reduce',
      });
      await expectCharts(page);
      expect(await sidewaysScroll(page)).toBe(0);
      await picture(page, `overview-phone-${colorScheme}`);
      await page.setViewportSize({ width: 1100, height: 800 });
      await eventually(async () => ((await chart(page, 'jobs').boundingBox())?.width ?? 0) > 350, {
        describe: 'the charts have their place',
      });
      await expectCharts(page);
      await picture(page, `overview-${colorScheme}`);
      const moving = `document.getAnimations().filter(({ effect }) => effect?.target?.closest('[data-chart]')).length`;
      expect(await page.evaluate<number>(moving)).toBe(0);
    },
  );
});

/** Drawn, with what was put into them. */
async function expectCharts(page: Page): Promise<void> {
  await page.locator('section[data-chart] svg.recharts-surface').nth(3).waitFor();
  await chart(page, 'refreshes').locator('.recharts-bar-rectangle path').first().waitFor();
  await chart(page, 'leases').locator('.recharts-line-curve').waitFor();
  const names = await Promise.all(
    (await page.locator('section[data-chart]').all()).map((card) => card.getAttribute('data-chart')),
  );
  expect(names).toEqual([...charts]);
}
