import { randomBytes } from 'node:crypto';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { Secret } from '@latchkey/core/secret.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byItself, everythingIn, launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { expectClean, openConsole } from '../support/console-person.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const newRootKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [oldKey, newKey] = [newRootKey('old'), newRootKey('new')];

const open = (options: Partial<Parameters<typeof openConsole>[2]> = {}) =>
  openConsole(browser, stack, { role: 'admin', path: '/keys', ...options });
const row = (page: Page, id: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: id, exact: true }) });
const dialog = (page: Page) => page.getByRole('dialog');

describe.skipIf(chromiumPath === null)('the keys in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([
      startStack({ env: { LATCHKEY_ROOT_KEYS: `${oldKey},${newKey}`, KEY_JOB_ROWS_PER_SECOND: '2' } }),
      launchChromium(),
    ]);
    await Promise.all(
      Array.from({ length: 72 }, (_, index) =>
        stack.admin.post('/v1/credentials', {
          provider: 'sandbox',
          fields: { apiKey: `sbx_valid_${index}` },
        }),
      ),
    );
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('a root key is promoted only when every process knows it, and the refusal names who does not', async () => {
    const behind = await openRuntime(
      { ...stack.api.settings, rootKeys: new Secret(oldKey) },
      { role: 'api', log: stack.api.log },
    );
    const { watched, page } = await open();
    await row(page, 'old').getByText('Primary').waitFor();
    await row(page, 'new').getByText('2 of 3 processes').waitFor();
    await picture(page, 'keys');
    await row(page, 'new').getByRole('button', { name: 'Promote' }).click();
    await dialog(page).getByRole('button', { name: 'Promote' }).click();
    await dialog(page).getByText('These processes cannot use this root key yet: ').waitFor();
    await dialog(page).getByText('root_key_not_everywhere').waitFor();
    await picture(page, 'key-refused');
    await behind.close();
    await eventually(async () => (await stack.admin.get('/v1/root-keys')).body.processes.length === 2, {
      describe: 'the process that lacked the key is gone',
    });
    await dialog(page).getByRole('button', { name: 'Promote' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await row(page, 'new').getByText('Primary').waitFor();
    const text = await everythingIn(page);
    for (const key of [oldKey, newKey]) expect(text).not.toContain(key.split(':')[1]);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('a key that still wraps something is not retired, and the dialog says what to do first', async () => {
    const { watched, page } = await open();
    await row(page, 'old').getByRole('button', { name: 'Retire' }).click();
    await dialog(page)
      .getByText(/^It wraps \d+ data keys?\./)
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Retire' }).click();
    await dialog(page).getByText('root_key_in_use').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Wrap data keys anew' }).click();
    await dialog(page).getByRole('button', { name: 'Start' }).click();
    await page.locator('[data-job]').first().getByText('Succeeded').waitFor({ timeout: 30_000 });
    await row(page, 'old').getByRole('cell', { name: '0', exact: true }).waitFor();
    await row(page, 'old').getByRole('button', { name: 'Retire' }).click();
    await dialog(page).getByRole('button', { name: 'Retire' }).click();
    await row(page, 'old').getByText('Retired', { exact: true }).waitFor();
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A14, A20: a key job that was started elsewhere shows its progress live, and is cancelled after a question', async () => {
    const { watched, page } = await open();
    await page.getByText('Key jobs').waitFor();
    const { body } = await stack.admin.post('/v1/key-jobs', { kind: 'rotate_data' });
    const job = page.locator(`[data-job="${body.id}"]`);
    const bar = job.getByRole('progressbar');
    await job.getByText('Running').waitFor(byItself);
    await eventually(async () => Number(await bar.getAttribute('aria-valuenow')) > 0, {
      describe: 'the bar moves',
    });
    await picture(page, 'key-job');
    await page.getByRole('button', { name: 'Rotate data keys' }).click();
    await dialog(page).getByRole('button', { name: 'Start' }).click();
    await dialog(page).getByText('key_job_running').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel', exact: true }).click();
    await job.getByRole('button', { name: 'Cancel this job' }).click();
    await dialog(page).getByText('What it has done stays.').waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel this job' }).click();
    await job.getByText('Cancelled').waitFor();
    expect((await stack.admin.get(`/v1/key-jobs/${body.id}`)).body.status).toBe('cancelled');
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A29: an editor is told who may see the keys', async () => {
    const { watched, page } = await open({ role: 'editor' });
    await page.getByRole('alert').getByText('About forbidden').waitFor();
    expect(await page.getByRole('button', { name: 'Promote' }).count()).toBe(0);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)('fits a phone of 320 px in %s colours', async (colorScheme) => {
    const { watched, page } = await open({ colorScheme, viewport: { width: 320, height: 640 } });
    await row(page, 'new').waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await picture(page, `phone-keys-${colorScheme}`);
    await watched.context.close();
  });
});
