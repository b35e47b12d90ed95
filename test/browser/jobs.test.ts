import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { consoleOpener, refuseReads } from '../support/console.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey } from '../support/flows.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';
import { inNewWorkspace } from '../support/workspaces.ts';

let stack: Stack;
let browser: Browser;

const fields = { apiKey: 'sbx_valid_key_of_this_test' };

const openConsole = consoleOpener(() => ({ stack, browser }));

const queue = (page: Page, name: string) => page.locator(`tr[data-queue="${name}"]`);

const count = (page: Page, name: string, state: string, number: number) =>
  queue(page, name).locator(`[data-count="${state}"]`).getByText(String(number), { exact: true });

async function act(page: Page, name: string, action: string) {
  await queue(page, name).getByRole('button').click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Makes the last check of a key one that has just failed. */
async function failed(code: string, retryable: boolean): Promise<string> {
  const { authorization } = await addKey(stack, 'sandbox', fields);
  await stack.database.superuser.query(
    `update "authorization" set status = 'failed', error_code = $2, error_message = 'x', error_retryable = $3, error_actor = 'nobody'
     where id = $1`,
    [authorization.id, code, retryable],
  );
  return authorization.id;
}

describe.skipIf(chromiumPath === null)(`the jobs in a browser (${transport})`, () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
  });

  afterEach(async () => {
    await stack.admin.post('/v1/queues/validate-key/resume');
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('console A18: each queue is paused and resumed after a question, and every number leads to its list', async () => {
    const page = await openConsole('/jobs');
    await page.getByText('1 worker is running.').waitFor();
    await queue(page, 'validate-key').locator('[data-workers]').getByText('1', { exact: true }).waitFor();
    const dialog = page.getByRole('dialog');
    await act(page, 'validate-key', 'Pause');
    await dialog.getByText('0 jobs wait at the moment.').waitFor();
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await dialog.getByText('“Key checks” is paused.').waitFor();
    await page.keyboard.press('Escape');
    await queue(page, 'validate-key').getByText('Paused').waitFor();
    await queue(page, 'validate-key').getByText('by admin token').waitFor();

    // Of another workspace than the one that is shown.
    const { client, workspaceId } = await inNewWorkspace(stack);
    const added = await client.post('/v1/credentials', { provider: 'sandbox', fields });
    const { id } = added.body.authorization;
    await count(page, 'validate-key', 'waiting', 1).waitFor();
    await queue(page, 'validate-key').locator('[data-oldest] a', { hasText: /sec/ }).waitFor();
    await picture(page, 'jobs-paused');
    for (const state of ['active', 'delayed', 'failed', 'waiting'] as const) {
      await queue(page, 'validate-key').locator(`[data-count="${state}"] a`).click();
      await page.getByRole('heading', { name: `Key checks: ${state}` }).waitFor();
      expect(page.url()).toMatch(new RegExp(`queue=validate-key.*state=${state}`));
    }
    const job = page.locator(`tr[data-job="${id}"]`);
    await job.getByText('asked for by a person').waitFor();
    await picture(page, 'jobs-waiting');
    expect(await job.getByRole('link').getAttribute('href')).toBe(
      `/authorizations?workspace=${workspaceId}&id=${id}`,
    );

    await act(page, 'validate-key', 'Resume');
    await dialog.getByText('1 job waits at the moment.').waitFor();
    await dialog.getByRole('button', { name: 'Resume' }).click();
    await dialog.getByText('“Key checks” runs again.').waitFor();
    await page.keyboard.press('Escape');
    await count(page, 'validate-key', 'waiting', 0).waitFor();
    await page.getByText('No job of this queue is waiting at the moment.').waitFor();
  });

  it('console A20: what failed and may succeed is queued again: counted before, told after, twice does no harm', async () => {
    const transient = await failed('provider_unavailable', true);
    const final = await failed('key_rejected', false);
    const page = await openConsole('/jobs?queue=validate-key&state=failed');
    const dialog = page.getByRole('dialog');
    await page.locator(`tr[data-job="${final}"]`).getByRole('link', { name: 'key_rejected' }).waitFor();
    await page.locator(`tr[data-job="${transient}"]`).waitFor();
    await count(page, 'validate-key', 'failed', 2).waitFor();
    await act(page, 'validate-key', 'Try failed ones again');
    await dialog.getByText('1 failed job will be queued again.').waitFor();
    await picture(page, 'jobs-retry');
    await dialog.getByRole('button', { name: 'Queue 1 again' }).click();
    await dialog.getByText('1 job was queued again.').waitFor();
    await page.keyboard.press('Escape');
    await page.locator(`tr[data-job="${transient}"]`).waitFor({ state: 'detached' });
    await count(page, 'validate-key', 'failed', 1).waitFor();
    await act(page, 'validate-key', 'Try failed ones again');
    await dialog.getByText('Nothing that failed can be tried again.').waitFor();
    expect(await dialog.getByRole('button', { name: /^Queue/ }).count()).toBe(0);
  });

  it('console A21: says that no worker is running, the command to start one, and no more once one runs', async () => {
    const page = await openConsole('/jobs');
    const alert = page.getByRole('alert').filter({ hasText: 'No worker is running' });
    // The one that runs says so again and again: it is forgotten until the page was faster.
    await eventually(
      async () => {
        await stack.database.superuser.query(`delete from process_report where role = 'worker'`);
        await page.reload();
        await alert.or(page.getByText('1 worker is running.')).first().waitFor();
        return alert.isVisible();
      },
      { describe: 'the page has seen no worker' },
    );
    await alert.getByText('npm run worker', { exact: true }).waitFor();
    await alert.getByText('docker compose up -d worker', { exact: true }).waitFor();
    await picture(page, 'jobs-no-worker');
    await alert.waitFor({ state: 'detached', timeout: 30_000 });
    await page.getByText('1 worker is running.').waitFor();
  });

  it('console A23: what failed to load says why, and can be tried again', async () => {
    const page = await openConsole('/overview');
    await refuseReads(page, '**/v1/queues');
    await page.goto(`${stack.url}/jobs`);
    await page.getByText('The request was not valid.').waitFor();
    await page.getByText('Request req_1').waitFor();
    await page.unroute('**/v1/queues');
    await page.getByRole('button', { name: 'Try again' }).click();
    await queue(page, 'revoke').waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'fit 320 px in %s colours without sideways scroll',
    async (colorScheme) => {
      const page = await openConsole('/jobs?queue=validate-key&state=failed', {
        colorScheme,
        viewport: { width: 320, height: 640 },
      });
      await queue(page, 'revoke').waitFor();
      expect(await sidewaysScroll(page)).toBe(0);
      await picture(page, `jobs-phone-${colorScheme}`);
      await page.setViewportSize({ width: 1100, height: 800 });
      await picture(page, `jobs-${colorScheme}`);
    },
  );
});
