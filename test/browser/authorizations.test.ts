import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { consoleOpener, refuseReads } from '../support/console.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey, connect } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

let stack: Stack;
let browser: Browser;

const apiKey = 'sbx_valid_key_of_this_test';

const openConsole = consoleOpener(() => ({ stack, browser }));

/** A workspace of its own, whose keys are not checked for the time being. */
async function withQueued(count: number) {
  await stack.admin.post('/v1/queues/validate-key/pause');
  const { client, workspaceId } = await inNewWorkspace(stack);
  const add = async (name: string): Promise<string> => {
    const added = await client.post('/v1/credentials', { provider: 'sandbox', name, fields: { apiKey } });
    expect(added.status, added.text).toBe(202);
    return added.body.authorization.id;
  };
  const ids: string[] = [];
  for (let n = 1; n <= count; n += 1) ids.push(await add(`key ${n}`));
  return { client, ids, add, path: `/authorizations?workspace=${workspaceId}` };
}

const row = (page: Page, id: string) => page.locator(`tr[data-id="${id}"]`);
const rows = (page: Page) => page.locator('tbody tr[data-id]');

describe.skipIf(chromiumPath === null)('the authorizations in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    // No token is refreshed by the schedule while events are counted.
    await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 3600 } });
  });

  afterEach(async () => {
    await stack.admin.post('/v1/queues/validate-key/resume');
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('console A5: say which attempt failed, why, and when the next one is', async () => {
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      fault: 'server_error',
      status: 503,
      times: null,
    });
    const added = await stack.admin.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey } });
    const { id } = added.body.authorization;
    const page = await openConsole('/authorizations');
    await row(page, id)
      .getByText(/^attempt \d+$/)
      .waitFor();
    await row(page, id).getByRole('link', { name: 'provider_unavailable' }).waitFor();
    await row(page, id)
      .getByText(/^next (in \d+ (sec|min)\.|now)$/)
      .waitFor();
    await row(page, id).locator('[data-tone="warning"]').waitFor();
    await picture(page, 'authorizations-retrying');
    await stack.sandbox.control.clearFaults();
  });

  it('console A14, A8: what changes in a row is shown where it stands, without a reload', async () => {
    const { ids, path } = await withQueued(2);
    const page = await openConsole(path);
    await row(page, ids[0] ?? '')
      .getByText('Queued')
      .waitFor();
    await row(page, ids[1] ?? '')
      .getByRole('checkbox')
      .focus();
    await stack.admin.post('/v1/queues/validate-key/resume');
    await row(page, ids[0] ?? '')
      .getByText('Succeeded')
      .waitFor();
    expect(await rows(page).count()).toBe(2);
    await row(page, ids[1] ?? '')
      .getByText('Succeeded')
      .waitFor();
  });

  it('console A15: new rows do not push the list: a button counts them, and the Live switch shows them', async () => {
    const { ids, add, path } = await withQueued(2);
    const page = await openConsole(path);
    await row(page, ids[1] ?? '').waitFor();
    const third = await add('key 3');
    await add('key 4');
    await page.getByRole('button', { name: '2 new' }).waitFor();
    expect(await rows(page).count()).toBe(2);
    await page.getByRole('button', { name: '2 new' }).click();
    await row(page, third).waitFor();
    expect(await rows(page).count()).toBe(4);
    expect(await page.getByRole('button', { name: /\d new/ }).count()).toBe(0);
    await page.getByRole('switch', { name: 'Live' }).click();
    await row(page, await add('key 5')).waitFor();
    expect(await rows(page).count()).toBe(5);
  });

  it('console A15: what matches the filters only now does not push the list either', async () => {
    const { client, ids, path } = await withQueued(3);
    const [oldest = '', middle = '', newest = ''] = ids;
    const cancel = (id: string) => client.post(`/v1/authorizations/${id}/cancel`);
    await cancel(oldest);
    await cancel(newest);
    const page = await openConsole(`${path}&status=cancelled`);
    await row(page, newest).waitFor();
    expect(await rows(page).count()).toBe(2);
    await cancel(middle);
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await rows(page).count()).toBe(2);
    await page.getByRole('button', { name: '1 new' }).click();
    await row(page, middle).waitFor();
    const shown = await rows(page).all();
    expect(await Promise.all(shown.map((each) => each.getAttribute('data-id')))).toEqual([
      newest,
      middle,
      oldest,
    ]);
    expect(await page.getByRole('button', { name: /\d new/ }).count()).toBe(0);
  });

  it('console A15: a fixed time range is never live', async () => {
    const { ids, add, path } = await withQueued(1);
    const hour = 3_600_000;
    const [from, to] = [-hour, hour].map((ms) => new Date(Date.now() + ms).toISOString());
    const page = await openConsole(`${path}&from=${from}&to=${to}`);
    await row(page, ids[0] ?? '').waitFor();
    await add('key 2');
    expect(await page.getByRole('switch', { name: 'Live' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('switch', { name: 'Live' }).click({ force: true });
    expect(await page.getByRole('switch', { name: 'Live' }).isChecked()).toBe(false);
    expect(await page.getByRole('button', { name: /\d new/ }).count()).toBe(0);
    expect(await rows(page).count()).toBe(1);
    await page.reload();
    await eventually(async () => (await rows(page).count()) === 2, { describe: 'a new reading has both' });
  });

  it('console A20: cancels one, many or all that match: counted before, told after, twice does no harm', async () => {
    const { client, ids, path } = await withQueued(5);
    const [oldest = '', second = '', third = ''] = ids;
    const page = await openConsole(path);
    const dialog = page.getByRole('dialog');
    const statuses = async () =>
      (await client.get('/v1/authorizations')).body.items.map(({ status }: { status: string }) => status);

    await row(page, oldest).getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Cancel', exact: true }).click();
    await dialog.getByText('1 authorization will be cancelled.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel 1 authorization' }).click();
    await dialog.getByText('1 authorization was cancelled.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await row(page, oldest).getByText('Cancelled', { exact: true }).waitFor();

    await row(page, second).getByRole('checkbox').click();
    await row(page, third).getByRole('checkbox').click();
    await page.getByRole('button', { name: 'Cancel 2 selected' }).click();
    await dialog.getByText('2 authorizations will be cancelled.').waitFor();
    // Somebody else is faster with one of them.
    await client.post(`/v1/authorizations/${second}/cancel`);
    await dialog.getByRole('button', { name: 'Cancel 2 authorizations' }).click();
    await dialog.getByText('2 authorizations were cancelled.').waitFor();
    await picture(page, 'authorizations-cancelled');
    await page.keyboard.press('Escape');
    expect(await statuses()).toEqual(['queued', 'queued', 'cancelled', 'cancelled', 'cancelled']);

    await page.getByRole('button', { name: 'Cancel all that match' }).click();
    await dialog.getByText('2 authorizations will be cancelled.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel 2 authorizations' }).click();
    await dialog.getByText('2 authorizations were cancelled.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Cancel all that match' }).click();
    await dialog.getByText('Nothing that matches can be cancelled.').waitFor();
    expect(await dialog.getByRole('button', { name: /^Cancel/ }).count()).toBe(0);
    expect(await statuses()).toEqual(Array.from({ length: 5 }, () => 'cancelled'));
  });

  it('console A20: cancels all of a period, and nothing that was made before it', async () => {
    const { client, ids, add, path } = await withQueued(1);
    await stack.database.superuser.query(
      `update "authorization" set created_at = created_at - interval '2 hours' where id = $1`,
      [ids[0]],
    );
    const recent = await add('made now');
    const page = await openConsole(`${path}&period=1h`);
    const dialog = page.getByRole('dialog');
    await row(page, recent).waitFor();
    await page.getByRole('button', { name: 'Cancel all that match' }).click();
    await dialog.getByText('1 authorization will be cancelled.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel 1 authorization' }).click();
    await dialog.getByText('1 authorization was cancelled.').waitFor();
    const { body } = await client.get('/v1/authorizations');
    expect(body.items.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual([
      [recent, 'cancelled'],
      [ids[0], 'queued'],
    ]);
  });

  it('console A22: filters stand in the address: back works, and a pasted link shows the same', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey }, 'A key');
    await connect(stack, { provider: 'sandbox', name: 'An account' });
    const page = await openConsole('/authorizations');
    const kindsShown = async () => new Set(await rows(page).locator('td:nth-child(2) a').allTextContents());
    await page
      .getByRole('textbox', { name: 'Kind' })
      .or(page.getByRole('combobox', { name: 'Kind' }))
      .click();
    await page.getByRole('option', { name: 'Connection' }).click();
    await eventually(
      async () => (await kindsShown()).size === 1 && page.url().includes('kind=exchange_code'),
      {
        describe: 'only connections are shown',
      },
    );
    expect([...(await kindsShown())]).toEqual(['Connection']);
    await page.reload();
    await rows(page).first().waitFor();
    expect([...(await kindsShown())]).toEqual(['Connection']);
    await page.goBack();
    await eventually(async () => (await kindsShown()).size > 1, { describe: 'the others are back' });
    await page.goto(`${stack.url}/authorizations?credentialId=${credential.id}`);
    await page.getByRole('button', { name: `Only of credential ${credential.id}` }).waitFor();
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBe(1);
    await rows(page).first().getByRole('link', { name: 'Key check' }).click();
    await page.getByRole('dialog', { name: 'Key check at Sandbox' }).waitFor();
    expect(page.url()).toContain('id=');
    await page.reload();
    await page.getByRole('dialog', { name: 'Key check at Sandbox' }).waitFor();
    await picture(page, 'authorizations-details');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('&id=');
  });

  it('console A23: nothing yet, nothing that matches and a failure are told apart', async () => {
    const { workspaceId } = await inNewWorkspace(stack);
    const page = await openConsole(`/authorizations?workspace=${workspaceId}`);
    await page.getByRole('heading', { name: 'There was no authorization yet' }).waitFor();
    await page.getByRole('button', { name: 'Connect a data source' }).waitFor();
    await page.goto(`${stack.url}/authorizations?workspace=${workspaceId}&status=failed`);
    await page.getByText('Nothing matches these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('heading', { name: 'There was no authorization yet' }).waitFor();
    await refuseReads(page, '**/v1/authorizations?**');
    await page.reload();
    await page.getByText('The request was not valid.').waitFor();
    await page.getByText('Request req_1').waitFor();
    await page.unroute('**/v1/authorizations?**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'There was no authorization yet' }).waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'fit 320 px in %s colours without sideways scroll',
    async (colorScheme) => {
      const { ids, path } = await withQueued(2);
      const page = await openConsole(path, { colorScheme, viewport: { width: 320, height: 640 } });
      await row(page, ids[0] ?? '').waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      await picture(page, `authorizations-phone-${colorScheme}`);
      await page.setViewportSize({ width: 1100, height: 800 });
      await picture(page, `authorizations-${colorScheme}`);
    },
  );
});
