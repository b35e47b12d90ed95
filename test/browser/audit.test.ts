import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { expectClean, openConsole } from '../support/console-person.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;
let credential: { id: string };
let token: { id: string };

const open = (options: Partial<Parameters<typeof openConsole>[2]> = {}) =>
  openConsole(browser, stack, { role: 'admin', path: '/audit', ...options });
const rows = (page: Page) => page.getByRole('table', { name: 'Audit' }).locator('tbody tr');
const choose = async (page: Page, name: string, option: string) => {
  await page.getByRole('combobox', { name }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};

/** How many entries are in the chain, once nothing waits for its seal. */
const sealed = () =>
  eventually(
    async () => {
      const { body } = await stack.admin.get('/v1/audit/verification');
      return body.unsealed.entries === 0 ? Number(body.head.sequence) : null;
    },
    { describe: 'the audit entries are sealed' },
  );

describe.skipIf(chromiumPath === null)('the audit in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    ({ credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_for_the_audit' }, 'Before'));
    token = (await stack.admin.post('/v1/service-tokens', { name: 'Old name', role: 'viewer' })).body;
    await stack.admin.patch(`/v1/service-tokens/${token.id}`, { name: 'New name' });
    await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    for (let made = 0; made < 60; made += 1)
      await stack.admin.patch(`/v1/credentials/${credential.id}`, { name: `Name ${made}` });
    await sealed();
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('console A28: the newest entries come first, older ones a page behind, and going back is the page before', async () => {
    const { watched, page } = await open();
    await rows(page).first().waitFor();
    const first = await rows(page).first().innerText();
    expect(await rows(page).count()).toBe(50);
    await page.getByRole('button', { name: 'Older entries' }).click();
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    await eventually(async () => (await rows(page).first().innerText()) !== first, {
      describe: 'the page before is shown',
    });
    expect(new URL(page.url()).searchParams.get('after')).toMatch(/^\d+$/);
    await page.goBack();
    await eventually(
      async () => (await rows(page).first().innerText()).split('\t')[0] === first.split('\t')[0],
      {
        describe: 'the first page is back',
      },
    );
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A22, A28: filters by actor, action, subject, outcome and period are in the address, and a pasted one shows the same', async () => {
    const { watched, page } = await open();
    await page.getByLabel('Id of what it was done to').fill(credential.id);
    await page.keyboard.press('Enter');
    await choose(page, 'Action', 'Leased');
    await choose(page, 'Outcome', 'Done');
    await choose(page, 'Period', 'Last hour');
    await eventually(async () => (await rows(page).count()) === 1, { describe: 'one entry is left' });
    await picture(page, 'audit-filtered');
    const address = page.url();
    expect(Object.fromEntries(new URL(address).searchParams)).toEqual({
      subject: credential.id,
      action: 'lease.issue',
      outcome: 'success',
      period: '1h',
    });
    const pasted = await watched.context.newPage();
    await pasted.goto(address);
    await rows(pasted).getByText('Leased').waitFor();
    expect(await rows(pasted).count()).toBe(1);
    await pasted.getByLabel('Id of who').fill('nobody');
    await pasted.keyboard.press('Enter');
    await pasted.getByText('Nothing matches these filters').waitFor();
    await pasted.getByRole('button', { name: 'Clear filters' }).last().click();
    await eventually(async () => (await rows(pasted).count()) === 50, { describe: 'all are shown' });
    expect(new URL(pasted.url()).search).toBe('');
    expect(await pasted.getByLabel('Id of who').inputValue()).toBe('');
    await choose(pasted, 'Period', 'A fixed range');
    await pasted.getByLabel('From', { exact: true }).fill('2020-01-01T00:00');
    await pasted.getByLabel('To', { exact: true }).fill('2020-01-02T00:00');
    await pasted.keyboard.press('Enter');
    await pasted.getByText('Nothing matches these filters').waitFor();
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A28: an entry opens in a drawer, with before and after where the audit tells, and has an address', async () => {
    const { watched, page } = await open({ path: `/audit?subject=${token.id}&action=service_token.update` });
    await rows(page)
      .getByRole('button', { name: /^Service token changed/ })
      .click();
    const drawer = page.getByRole('dialog');
    const details = drawer.getByRole('table', { name: 'Details' });
    const name = details
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: 'name', exact: true }) });
    await name.getByText('"Old name"').waitFor();
    await name.getByText('"New name"').waitFor();
    await picture(page, 'audit-entry');
    const address = page.url();
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.has('entry')).toBe(false);
    await page.goto(address);
    await name.getByText('"Old name"').waitFor();
    await drawer.getByRole('button', { name: 'Everything about this' }).click();
    await rows(page).getByText('Service token created').waitFor();
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A28: the chain is verified on demand, to the last entry, and its head can be copied', async () => {
    const { watched, page } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    const through = await sealed();
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText(`Chain verified to #${through}`).waitFor();
    await picture(page, 'audit-verified');
    await page.getByRole('button', { name: 'Copy the head' }).click();
    const head = await page.evaluate<string>('navigator.clipboard.readText()');
    const noted = await stack.admin.get(`/v1/audit/verification?head=${head}`);
    expect(noted.body).toMatchObject({ intact: true });
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A28: a verification that takes long says so, and need not be waited for', async () => {
    const { watched, page } = await open();
    // Never answered: what is not waited for is aborted by the page.
    await page.route('**/v1/audit/verification', () => undefined);
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByRole('progressbar', { name: 'Verifying the chain…' }).waitFor();
    await page.getByText('2 s', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: 'Stop waiting' }).click();
    await page.getByText('It was not waited for.').waitFor();
    await page.unroute('**/v1/audit/verification');
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('Chain verified to').waitFor();
    await watched.context.close();
  });

  it('console A28: exports are downloads of the API, of the whole period', async () => {
    const { watched, page } = await open({ path: '/audit?period=24h', acceptDownloads: true });
    for (const [name, file] of [
      ['Export NDJSON', 'audit.jsonl'],
      ['Export CSV', 'audit.csv'],
    ] as const) {
      const coming = page.waitForEvent('download');
      await page.getByRole('link', { name }).click();
      const download = await coming;
      expect(download.suggestedFilename()).toBe(file);
      expect(new URL(download.url()).searchParams.get('from')).not.toBeNull();
      const text = await readFile(await download.path(), 'utf8');
      expect(text).toContain('credential.create');
      expect(text.split('\n').length).toBeGreaterThan(60);
    }
    await watched.context.close();
  });

  it('console A15: new entries wait behind a button and push nothing', async () => {
    const { watched, page } = await open();
    await rows(page).first().waitFor();
    const first = await rows(page).first().innerText();
    await stack.admin.patch(`/v1/credentials/${credential.id}`, { name: 'One more' });
    const news = page.getByRole('button', { name: /^\d+ new$/ });
    await news.waitFor({ timeout: 20_000 });
    expect((await rows(page).first().innerText()).split('\t')[0]).toBe(first.split('\t')[0]);
    await news.click();
    await news.waitFor({ state: 'detached' });
    expect((await rows(page).first().innerText()).split('\t')[0]).not.toBe(first.split('\t')[0]);
    await watched.context.close();
  });

  it('console A29: a viewer reads and verifies the audit, and is told who may export it', async () => {
    const { watched, page } = await open({ role: 'viewer' });
    await rows(page).first().waitFor();
    const button = page.getByRole('button', { name: 'Export CSV' });
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await button.focus();
    await page.getByText('Needs the role Administrator; yours is Viewer.').waitFor();
    const refused = await page.evaluate<number>(`fetch('/v1/audit/export').then((r) => r.status)`);
    expect(refused).toBe(403);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)('fits a phone of 320 px in %s colours', async (colorScheme) => {
    const { watched, page } = await open({ colorScheme, viewport: { width: 320, height: 640 } });
    await rows(page).first().waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await picture(page, `phone-audit-${colorScheme}`);
    await rows(page).first().getByRole('button').click();
    await page.getByRole('dialog').getByRole('table').first().waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await picture(page, `phone-audit-entry-${colorScheme}`);
    await watched.context.close();
  });
});
