import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { byItself, everythingIn, launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { expectClean, openConsole } from '../support/console-person.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const row = (page: Page, name: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
const open = (options: Partial<Parameters<typeof openConsole>[2]> = {}) =>
  openConsole(browser, stack, { role: 'admin', path: '/service-tokens', ...options });
const list = async () => (await stack.admin.get('/v1/service-tokens?limit=200')).body.items;
const works = async (token: string) => (await stack.clientWith(token).get('/v1/providers')).status;

async function makeToken(name: string): Promise<{ id: string; token: string }> {
  return (await stack.admin.post('/v1/service-tokens', { name, role: 'viewer' })).body;
}

/** Reads the value that is shown once, and says that it is stored. */
async function store(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog', { name: /^The value of/ });
  const value = await dialog.getByLabel('Token', { exact: true }).innerText();
  await page.keyboard.press('Escape');
  await page.mouse.click(5, 5);
  expect(await dialog.isVisible()).toBe(true);
  await dialog.getByRole('button', { name: 'Copy the token' }).click();
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(value);
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await dialog.waitFor({ state: 'detached' });
  return value;
}

describe.skipIf(chromiumPath === null)('the service tokens in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  beforeEach(async () => {
    for (const { id } of await list()) await stack.admin.delete(`/v1/service-tokens/${id}`);
  });

  const clipboard = { permissions: ['clipboard-read', 'clipboard-write'] };

  it('console A10: the value of a token is shown once, until somebody says that it is stored, and is nowhere afterwards', async () => {
    const { watched, page } = await open(clipboard);
    await page.getByText('No program has a token yet').waitFor();
    await picture(page, 'service-tokens-empty');
    await page.getByRole('button', { name: 'Create token' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Create a service token' });
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('Enter a name.').waitFor();
    await dialog.getByLabel('Name').fill('Nightly pipeline');
    await dialog.getByLabel('May come from').fill('127.0.0.0/8\n192.0.2.0/33');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText('Enter an address or a network such as 10.0.0.0/8').first().waitFor();
    await dialog.getByLabel('May come from').fill('127.0.0.0/8\n192.0.2.0/24');
    await dialog.getByLabel('Expires').click();
    await page.getByRole('option', { name: 'In 90 days' }).click();
    await picture(page, 'service-token-create');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByText('This is the only time that it is shown.').waitFor();
    await picture(page, 'service-token-value', { mask: [page.getByText(/^lk_/)] });
    const value = await store(page);
    await row(page, 'Nightly pipeline').getByText('192.0.2.0/24').waitFor();
    expect(await stack.clientWith(value).post('/v1/leases', { provider: 'sandbox' })).toMatchObject({
      status: 404,
    });
    expect(await everythingIn(page)).not.toContain(value);
    await page.reload();
    await row(page, 'Nightly pipeline').waitFor();
    expect(await everythingIn(page)).not.toContain(value);
    const [stored] = await list();
    const days = (Date.parse(stored.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(89);
    expect(days).toBeLessThan(91);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A10: a rotation shows the new value once, and the value before it works for as long as was chosen', async () => {
    const { token } = await makeToken('Calendar');
    const { watched, page } = await open(clipboard);
    await row(page, 'Calendar').getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('combobox', { name: 'The present value works' }).click();
    await page.getByRole('option', { name: 'for an hour' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const value = await store(page);
    expect(value).not.toBe(token);
    expect([await works(token), await works(value)]).toEqual([200, 200]);
    await row(page, 'Calendar').getByText('The value before it works in').waitFor();
    await row(page, 'Calendar').getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('combobox', { name: 'The present value works' }).click();
    await page.getByRole('option', { name: 'no longer: it ends now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const last = await store(page);
    expect([await works(token), await works(value), await works(last)]).toEqual([401, 401, 200]);
    expect(await everythingIn(page)).not.toContain(last);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('edits a token in place, and revokes one only after it was asked', async () => {
    const { token } = await makeToken('Old name');
    const { watched, page } = await open();
    await row(page, 'Old name').getByRole('button', { name: 'Edit' }).click();
    const edit = page.getByRole('dialog', { name: 'Edit Old name' });
    await edit.getByLabel('Name').fill('New name');
    await edit.getByRole('button', { name: 'Save' }).click();
    await row(page, 'New name').getByRole('button', { name: 'Revoke' }).click();
    const sure = page.getByRole('dialog', { name: 'Revoke New name?' });
    await sure.getByText('It was never used.').waitFor();
    await picture(page, 'service-token-revoke');
    await sure.getByRole('button', { name: 'Cancel' }).click();
    expect(await works(token)).toBe(200);
    await row(page, 'New name').getByRole('button', { name: 'Revoke' }).click();
    await sure.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No program has a token yet').waitFor();
    expect(await works(token)).toBe(401);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A14: a token that is made or revoked elsewhere comes and goes by itself', async () => {
    const { id } = await makeToken('Somewhere');
    const { watched, page } = await open();
    await row(page, 'Somewhere').waitFor();
    await stack.admin.delete(`/v1/service-tokens/${id}`);
    await row(page, 'Somewhere').waitFor({ state: 'detached', ...byItself });
    await watched.context.close();
  });

  it('console A22, A23: a search is in the address, and says when nothing matches', async () => {
    await makeToken('First one');
    await makeToken('Second one');
    const { watched, page } = await open({ path: '/service-tokens?q=second' });
    await row(page, 'Second one').waitFor();
    expect(await row(page, 'First one').count()).toBe(0);
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await row(page, 'First one').waitFor();
    expect(new URL(page.url()).search).toBe('');
    await watched.context.close();
  });

  it('console A29: a viewer has no tokens to see, and is told why', async () => {
    await makeToken('Unseen pipeline');
    const { watched, page } = await open({ role: 'viewer' });
    await page.getByRole('alert').getByText('forbidden').waitFor();
    const create = page.getByRole('button', { name: 'Create token' });
    expect(await create.getAttribute('aria-disabled')).toBe('true');
    await create.focus();
    await page.getByText('Needs the role Administrator; yours is Viewer.').waitFor();
    expect(await everythingIn(page)).not.toContain('Unseen pipeline');
    expectClean(watched, stack);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)('fits a phone of 320 px in %s colours', async (colorScheme) => {
    await makeToken('On a phone');
    const { watched, page } = await open({ colorScheme, viewport: { width: 320, height: 640 } });
    await row(page, 'On a phone').waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await picture(page, `phone-service-tokens-${colorScheme}`);
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await watched.context.close();
  });
});
