import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everythingIn, launchChromium, picture, sidewaysScroll } from '../support/chromium.ts';
import { expectClean, openConsole } from '../support/console-person.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { connect } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const path = '/v1/providers/notion/oauth-client';
const secret = 'canary-of-the-client-secret';
const row = (page: Page, provider: string) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: provider, exact: true }) });
const open = (options: Partial<Parameters<typeof openConsole>[2]> = {}) =>
  openConsole(browser, stack, { role: 'admin', path: '/oauth-clients', ...options });

describe.skipIf(chromiumPath === null)('the OAuth clients in a browser', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([
      startStack({ env: { OAUTH_DROPBOX_CLIENT_ID: '', OAUTH_DROPBOX_CLIENT_SECRET: '' } }),
      launchChromium(),
    ]);
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  beforeEach(async () => {
    await stack.admin.delete(path);
  });

  it('console A13: shows mode, exact redirect URI, secret kept and what hangs on it for every provider with OAuth', async () => {
    await connect(stack, { provider: 'sandbox' });
    const { watched, page } = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await row(page, 'Sandbox').getByText('1 credential', { exact: true }).waitFor();
    await row(page, 'Sandbox').getByText('Secret kept').waitFor();
    await row(page, 'Dropbox').getByText('None', { exact: true }).waitFor();
    expect(await row(page, 'Jina Reader').count()).toBe(0);
    await row(page, 'Notion').getByRole('button', { name: 'Copy the redirect URI of Notion' }).click();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(
      `${stack.url}/oauth/callback/notion`,
    );
    await picture(page, 'oauth-clients');
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A13: stores a client of its own, keeps its secret when the field is left empty, and goes back to the default', async () => {
    const { watched, page } = await open();
    await row(page, 'Notion').getByRole('button', { name: 'Configure' }).click();
    const form = page.getByRole('form', { name: 'OAuth client of Notion' });
    await form.getByLabel('Custom').check();
    await form.getByText(`${stack.url}/oauth/callback/notion`, { exact: true }).waitFor();
    await form.getByRole('button', { name: 'Save only' }).click();
    await form.getByText('Enter the client id.').waitFor();
    await form.getByLabel('Client id').fill('own-client');
    await form.getByLabel('Client secret').fill(secret);
    await picture(page, 'oauth-client-form');
    await form.getByRole('button', { name: 'Save only' }).click();
    await row(page, 'Notion').getByText('own-client').waitFor();
    await row(page, 'Notion').getByText('Custom').waitFor();
    expect(await everythingIn(page)).not.toContain(secret);

    await row(page, 'Notion').getByRole('button', { name: 'Configure' }).click();
    expect(await form.getByLabel('Client secret').inputValue()).toBe('');
    await form.getByLabel('Client id').fill('another-client');
    await form.getByRole('button', { name: 'Save only' }).click();
    await form.getByText('The secret that is kept belongs to the other client id.').waitFor();
    await form.getByLabel('Client id').fill('own-client');
    await form.getByRole('button', { name: 'Save only' }).click();
    await form.waitFor({ state: 'detached' });
    expect((await stack.admin.get(path)).body).toMatchObject({ clientId: 'own-client', hasSecret: true });

    await row(page, 'Notion').getByRole('button', { name: 'Configure' }).click();
    await form.getByLabel('Default').check();
    await form.getByText('The custom client is kept, switched off.').waitFor();
    await form.getByRole('button', { name: 'Save only' }).click();
    await row(page, 'Notion').getByText('Default; the custom one is switched off').waitFor();
    expect((await stack.admin.get(path)).body).toMatchObject({ mode: 'default', hasSecret: true });
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A13: removes a client only after it was said what hangs on it', async () => {
    await stack.admin.put(path, { clientId: 'sandbox-notion', clientSecret: 'sandbox-notion-secret' });
    await connect(stack, { provider: 'notion' });
    const { watched, page } = await open();
    await row(page, 'Notion').getByRole('button', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('1 credential was connected with it.').waitFor();
    await dialog.getByText('New connections use the default client.').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect((await stack.admin.get(path)).body).toMatchObject({ isCustom: true });
    await row(page, 'Notion').getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await row(page, 'Notion').getByText('Default', { exact: true }).waitFor();
    expect((await stack.admin.get(path)).body).toMatchObject({ isCustom: false });
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A13: a rejected client is a banner that leads to the form, and "Save and authorize" tries the new one', async () => {
    await stack.admin.put(path, { clientId: 'sandbox-notion', clientSecret: 'wrong' });
    await connect(stack, { provider: 'notion' });
    const { watched, page } = await open();
    const banner = page.getByRole('alert').filter({ hasText: 'Notion rejected the OAuth client' });
    await banner.getByRole('button', { name: 'Check it' }).click();
    const form = page.getByRole('form', { name: 'OAuth client of Notion' });
    await form.getByLabel('Client secret').fill('sandbox-notion-secret');
    await form.getByRole('button', { name: 'Save and authorize' }).click();
    await page.getByText('Notion is connected: the client works.').waitFor({ timeout: 20_000 });
    expect(await banner.count()).toBe(0);
    await picture(page, 'oauth-client-tried');
    expect(await everythingIn(page)).not.toContain('sandbox-notion-secret');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(new URL(page.url()).search).toBe('');
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A22, A23: a search is in the address, comes back from it, and says when nothing matches', async () => {
    const { watched, page } = await open({ path: '/oauth-clients?q=noti&mode=default' });
    await row(page, 'Notion').waitFor();
    expect(await row(page, 'Sandbox').count()).toBe(0);
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('Nothing matches these filters').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('nothing like it');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await row(page, 'Sandbox').waitFor();
    expect(new URL(page.url()).search).toBe('');
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console A29: a viewer sees what only editors may do, disabled and with the reason, and the server refuses it too', async () => {
    const { watched, page } = await open({ role: 'viewer' });
    const button = row(page, 'Notion').getByRole('button', { name: 'Configure' });
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await button.focus();
    await page.getByText('Needs the role Editor; yours is Viewer.').waitFor();
    await button.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    const refused = await page.evaluate<number>(
      `fetch('${path}', { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"clientId":"x"}' }).then((r) => r.status)`,
    );
    expect(refused).toBe(403);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it.each(['light', 'dark'] as const)('fits a phone of 320 px in %s colours', async (colorScheme) => {
    const { watched, page } = await open({ colorScheme, viewport: { width: 320, height: 640 } });
    await row(page, 'Notion').waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await picture(page, `phone-oauth-clients-${colorScheme}`);
    await row(page, 'Notion').getByRole('button', { name: 'Configure' }).click();
    await page.getByRole('form').waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await picture(page, `phone-oauth-client-form-${colorScheme}`);
    await watched.context.close();
  });
});
