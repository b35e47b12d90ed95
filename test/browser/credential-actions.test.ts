import { describe, expect, it } from 'vitest';
import { findings } from '../support/axe.ts';
import { byItself, openWatched, picture } from '../support/chromium.ts';
import { badgeOf, choose, factOf, openCredentialPages } from '../support/credential-pages.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { finish } from '../support/flows.ts';
import { signInAs } from '../support/people.ts';

describe.skipIf(chromiumPath === null)('what can be done with a credential', () => {
  const pages = openCredentialPages();

  it('console A7: reconnects the same credential in one click: its id, name and place stay', async () => {
    const account = await pages.newAccount('Reconnected');
    await pages.tokenFault({ fault: 'invalid_grant' });
    await pages.stack.admin.post(`/v1/credentials/${account.id}/refresh`);
    const page = await pages.open(account.id);
    const error = page.locator('[data-error="grant_revoked"]');
    const opening = page.waitForEvent('popup');
    await error.getByRole('button', { name: 'Reconnect' }).click();
    await opening;
    await page.locator('[data-ended="succeeded"]').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await badgeOf(page).getByText('Connected').waitFor();
    await error.waitFor({ state: 'detached' });
    const { body } = await pages.stack.admin.get(`/v1/credentials/${account.id}`);
    expect(body).toMatchObject({ name: 'Reconnected', status: 'active', isDefault: account.isDefault });
    expect(body.tokenVersion).toBeGreaterThan(account.tokenVersion);
  });

  it('console A7: another account is explained and changes nothing until somebody says so', async () => {
    const account = await pages.newAccount('Of Ada');
    const page = await pages.open(account.id);
    await pages.stack.sandbox.control.updateSettings({ account: 'alan' });
    const opening = page.waitForEvent('popup');
    await choose(page, 'Reconnect');
    await opening;
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Of Ada belongs to Ada Lovelace').waitFor();
    await picture(page, 'credential-mismatch');
    expect(await findings(page)).toEqual([]);
    const accountOf = async () =>
      (await pages.stack.admin.get(`/v1/credentials/${account.id}`)).body.account.name;
    expect(await accountOf()).toBe('Ada Lovelace');
    await dialog.getByRole('button', { name: 'Let it belong to the other account' }).click();
    await page.locator('[data-ended="succeeded"]').waitFor();
    expect(await accountOf()).toBe('Alan Turing');
    await factOf(page, 'Account').getByText('Alan Turing').waitFor();
  });

  it('console A7: a link for somebody else works without an account here, and is copied and shown with its end', async () => {
    const account = await pages.newAccount('By link');
    await pages.watched.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await pages.open(account.id);
    await choose(page, 'Copy reconnect link');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Copied. Valid until in').waitFor();
    const link = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(await dialog.getByLabel('Reconnect link', { exact: true }).first().inputValue()).toBe(link);
    const stranger = await openWatched(pages.browser);
    const theirs = await stranger.context.newPage();
    const answer = await theirs.goto(link);
    expect(answer?.status()).toBe(200);
    await picture(theirs, 'reconnect-link');
    await theirs.getByText('Sign in with the account of “Ada Lovelace”').waitFor();
    await stranger.context.close();
  });

  it('console A8: a check is shown from queued to its result where it was asked for, while the events of it come', async () => {
    const credential = await pages.newKey('Checked');
    await pages.stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'key_check',
      fault: 'delay',
      ms: 1_500,
    });
    const page = await pages.open(credential.id);
    await page.evaluate(`{
      globalThis.seen = [];
      new MutationObserver(() => {
        const status = document.querySelector('[data-action="validate"]')?.getAttribute('data-status');
        if (status && globalThis.seen.at(-1) !== status) globalThis.seen.push(status);
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    }`);
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.locator('[data-action="validate"][data-status="succeeded"]').waitFor();
    expect(await page.evaluate('globalThis.seen')).toEqual(['queued', 'running', 'succeeded']);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.locator('[data-action]').waitFor({ state: 'detached' });

    await pages.stack.sandbox.control.registerKey({ provider: 'sandbox', key: 'sbx_valid_key', status: 401 });
    await page.getByRole('button', { name: 'Check now' }).click();
    const result = page.locator('[data-action="validate"][data-status="failed"]');
    await result.getByText('You can mend this').waitFor();
    await result.getByText('Check: Failed').waitFor();
    await picture(page, 'credential-check-failed');
    await pages.stack.sandbox.control.registerKey({ provider: 'sandbox', key: 'sbx_valid_key', status: 200 });
  });

  it('console A12: there is one default, and another tab shows which one at once', async () => {
    await pages.newKey('The first default');
    const { body } = await pages.stack.admin.get('/v1/credentials?provider=sandbox&limit=200');
    const before = body.items.find(({ isDefault }: { isDefault: boolean }) => isDefault);
    const next = await pages.newKey('The next default');
    const first = await pages.open(before.id);
    await first.locator('[data-default]').waitFor();
    const second = await pages.watched.context.newPage();
    await second.goto(pages.at(next.id));
    await second.getByRole('heading', { name: 'The next default' }).waitFor();
    expect(await second.locator('[data-default]').count()).toBe(0);
    await choose(second, 'Set as default');
    await second.locator('[data-default]').waitFor();
    await first.locator('[data-default]').waitFor({ state: 'detached', ...byItself });
    await second.getByRole('button', { name: /^Actions for/ }).click();
    const item = second.getByRole('menuitem', { name: 'Set as default' });
    await item.getByText('It is the default already').waitFor();
    expect(await item.getAttribute('aria-disabled')).toBe('true');
    const after = await pages.stack.admin.get('/v1/credentials?provider=sandbox&limit=200');
    const defaults = after.body.items.filter(({ isDefault }: { isDefault: boolean }) => isDefault);
    expect(defaults.map(({ id }: { id: string }) => id)).toEqual([next.id]);
  });

  it('console A11: what runs use is removed only when that is said, and what became of it at the provider is shown', async () => {
    const account = await pages.newAccount('In use');
    await pages.stack.admin.post('/v1/leases', {
      provider: 'sandbox',
      credentialId: account.id,
      runId: 'run_1',
    });
    const page = await pages.open(account.id);
    await choose(page, 'Remove');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('A run was handed it').waitFor();
    await dialog.getByText('Latchkey revokes its access at Sandbox').waitFor();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByText('Tick this to remove what is in use').waitFor();
    expect((await pages.stack.admin.get(`/v1/credentials/${account.id}`)).body.status).toBe('active');
    await picture(page, 'credential-remove');
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.locator('[data-action="remove"][data-status="succeeded"]').waitFor();
    await dialog.locator('[data-revocation="revoked"]').waitFor();
    await picture(page, 'credential-removed');
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await page.getByText('It was removed.').waitFor();
    expect((await pages.stack.admin.get(`/v1/credentials/${account.id}`)).status).toBe(404);
    await page.reload();
    await page.getByRole('heading', { name: 'There is no such credential' }).waitFor();
    await page.getByRole('link', { name: 'To the data sources' }).click();
    await page.waitForURL('**/data-sources');
  });

  it('console A11: a lease that came after the page was read is found by the server, and asked about', async () => {
    const credential = await pages.newKey('Used meanwhile');
    const page = await pages.open(credential.id);
    await choose(page, 'Remove');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('No run was ever handed it').waitFor();
    await pages.stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    await eventually(
      async () => (await pages.stack.admin.get(`/v1/credentials/${credential.id}`)).body.lastUsedAt !== null,
      { describe: 'the lease is noted at the credential' },
    );
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.locator('[data-revocation="not_needed"]').waitFor();
  });

  it('console A29: of what is private to somebody else an administrator is told that only removal is theirs', async () => {
    const ada = (await signInAs(pages.stack, 'ada@corp.test', 'editor')).client;
    const added = await ada.post('/v1/credentials', {
      provider: 'sandbox',
      name: 'Of Ada alone',
      visibility: 'private',
      fields: { apiKey: 'sbx_valid_of_ada' },
    });
    const { id } = added.body.credential;
    await finish(ada, added.body.authorization.id);
    const page = await pages.open(id);
    expect(await page.getByRole('button', { name: 'Check now' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: /^Actions for/ }).click();
    const item = (name: string) => page.getByRole('menuitem', { name });
    for (const name of ['Set as default', 'Rename', 'Edit key', 'Check now', 'Copy reconnect link']) {
      await item(name).getByText('It is private to somebody else: only its owner can do this.').waitFor();
      expect(await item(name).getAttribute('aria-disabled')).toBe('true');
    }
    await page.getByRole('menuitem', { name: 'Remove', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).waitFor();
    const refused = await pages.stack.admin.patch(`/v1/credentials/${id}`, { name: 'Mine' });
    expect([refused.status, refused.body.code]).toEqual([403, 'owner_only']);
  });
});
