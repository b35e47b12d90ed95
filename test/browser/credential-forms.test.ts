import { describe, expect, it } from 'vitest';
import { findings } from '../support/axe.ts';
import { Canaries } from '../support/canaries.ts';
import { byItself, everythingIn, picture, sidewaysScroll } from '../support/chromium.ts';
import { choose, openCredentialPages } from '../support/credential-pages.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';

describe.skipIf(chromiumPath === null)('the page and the dialogs of a credential', () => {
  const pages = openCredentialPages();

  it('console A14: a change made elsewhere is there within a second, and takes neither focus, scroll nor an open menu', async () => {
    const credential = await pages.newKey('Before');
    const page = await pages.open(credential.id);
    await page.setViewportSize({ width: 1100, height: 420 });
    await page.locator('[data-item]').first().waitFor();
    const menu = page.getByRole('button', { name: /^Actions for/ });
    await menu.click();
    const item = page.getByRole('menuitem', { name: 'Rename' });
    await item.focus();
    await page.evaluate(`{
      scrollTo(0, 150);
      globalThis.blank = 0;
      new MutationObserver(() => {
        if (document.querySelector('[data-item]') === null) globalThis.blank += 1;
      }).observe(document.body, { subtree: true, childList: true });
    }`);
    const scrolled = await page.evaluate('scrollY');
    expect(scrolled).toBeGreaterThan(0);
    await pages.stack.admin.patch(`/v1/credentials/${credential.id}`, { name: 'Renamed elsewhere' });
    await page.locator('h1', { hasText: 'Renamed elsewhere' }).waitFor(byItself);
    await page.locator('[data-item="event"]', { hasText: 'Renamed to Renamed elsewhere' }).waitFor();
    expect(await item.evaluate((node) => node === node.ownerDocument.activeElement)).toBe(true);
    expect(await page.evaluate('scrollY')).toBe(scrolled);
    expect(await page.evaluate('globalThis.blank')).toBe(0);
  });

  it('console A9: no secret reaches the page, its storage or the network but the one that is being sent', async () => {
    const canaries = new Canaries();
    const apiKey = canaries.make('API key', 'sbx_valid_');
    const credential = await pages.newKey('Canary', apiKey);
    const account = await pages.newAccount('Canary account');
    for (const { id } of [credential, account]) {
      const lease = await pages.stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: id });
      if (lease.body.accessToken !== undefined) canaries.watch('access token', lease.body.accessToken);
    }
    const answers: Promise<string>[] = [];
    pages.watched.context.on('response', (response) => {
      // It has no end; what events say is in the time line as well.
      if (response.url().includes('/v1/events/stream')) return;
      answers.push(
        response.text().then(
          (text) => `${response.url()} ${JSON.stringify(response.headers())} ${text}`,
          () => response.url(),
        ),
      );
    });
    const page = await pages.open(account.id);
    const seen: string[] = [await everythingIn(page)];
    await page.goto(pages.at(credential.id));
    await choose(page, 'Edit key');
    const dialog = page.getByRole('dialog');
    const input = dialog.getByLabel('API key').first();
    await dialog.getByText('Leave empty to keep').waitFor();
    expect(await input.inputValue()).toBe('');
    expect(await input.getAttribute('type')).toBe('password');
    expect(await input.getAttribute('autocomplete')).toBe('off');
    expect(await input.getAttribute('spellcheck')).toBe('false');
    seen.push(await everythingIn(page));
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Enter what is to change').waitFor();
    const renewed = canaries.make('new API key', 'sbx_valid_');
    await input.fill(renewed);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.locator('[data-action="editKey"][data-status="succeeded"]').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await dialog.waitFor({ state: 'detached' });
    seen.push(await everythingIn(page), pages.watched.requests.join('\n'), ...(await Promise.all(answers)));
    expect(answers.length).toBeGreaterThan(10);
    expect(seen.flatMap((text, at) => canaries.find(`part ${at}`, text))).toEqual([]);
    const lease = await pages.stack.admin.post('/v1/leases', {
      provider: 'sandbox',
      credentialId: credential.id,
    });
    expect(lease.body.fields.apiKey).toBe(renewed);
  });

  it('console C26: what is pasted is trimmed, and what was typed survives a rejection', async () => {
    const credential = await pages.newKey('Pasted');
    await pages.watched.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await pages.open(credential.id);
    await choose(page, 'Edit key');
    const dialog = page.getByRole('dialog');
    const input = dialog.getByLabel('API key').first();
    await page.evaluate(`navigator.clipboard.writeText('  sbx_pasted_wrong\\n ')`);
    // A dialog takes the focus once more when it has been drawn.
    await eventually(
      async () => {
        await input.fill('');
        await input.press('ControlOrMeta+v');
        return (await input.inputValue()) === 'sbx_pasted_wrong';
      },
      { describe: 'what was pasted is there without spaces' },
    );
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.locator('[data-action="editKey"][data-status="failed"]').waitFor();
    expect(await input.inputValue()).toBe('sbx_pasted_wrong');
    await dialog.getByRole('button', { name: 'Show API key' }).press('Enter');
    expect(await input.getAttribute('type')).toBe('text');
    await page.keyboard.press('Escape');
    await dialog.getByText('Discard what you entered?').waitFor();
    await dialog.getByRole('button', { name: 'Discard' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect
      .poll(() => page.evaluate('document.activeElement?.getAttribute("aria-label")'))
      .toBe('Actions for Pasted');
  });

  it('console C28: dialogs and the page have nothing that axe finds, and fit 320 px', async () => {
    const account = await pages.newAccount('Accessible');
    const page = await pages.open(account.id);
    const found: Record<string, string[]> = { page: await findings(page) };
    await page.getByRole('button', { name: /^Actions for/ }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    found['menu'] = await findings(page);
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('dialog').getByLabel('Name').waitFor();
    found['rename'] = await findings(page);
    await page.keyboard.press('Escape');
    await choose(page, 'Remove');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).waitFor();
    found['remove'] = await findings(page);
    await page.keyboard.press('Escape');
    await choose(page, 'Copy reconnect link');
    await page.getByRole('dialog').getByLabel('Reconnect link').first().waitFor();
    found['link'] = await findings(page);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 320, height: 640 });
    await picture(page, 'credential-phone');
    expect(await sidewaysScroll(page)).toBe(0);
  });
});
