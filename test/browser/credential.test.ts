import { describe, expect, it } from 'vitest';
import { findings } from '../support/axe.ts';
import { picture } from '../support/chromium.ts';
import { badgeOf, choose, factOf, openCredentialPages } from '../support/credential-pages.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { connect, finish } from '../support/flows.ts';

describe.skipIf(chromiumPath === null)('what the page of a credential says', () => {
  const pages = openCredentialPages();

  it('console A1: a failed refresh, a rejected key and a provider that is away read differently, each with who must act', async () => {
    const account = await pages.newAccount('Failing account');
    const ended = await pages.newAccount('Ended account');
    const page = await pages.open(ended.id);
    await pages.tokenFault({ fault: 'invalid_grant' });
    await choose(page, 'Refresh now');
    await badgeOf(page).getByText('Reconnect needed').waitFor();
    await page.locator('[data-error="grant_revoked"]').getByRole('button', { name: 'Reconnect' }).waitFor();
    expect(await findings(page)).toEqual([]);

    await pages.tokenFault({ fault: 'server_error', status: 503 });
    await pages.stack.admin.post(`/v1/credentials/${account.id}/refresh`);
    await page.goto(pages.at(account.id));
    await badgeOf(page).getByText('Refresh failing').waitFor();
    expect(await badgeOf(page).getAttribute('data-tone')).toBe('warning');
    await page.locator('[data-error="provider_unavailable"]').getByText('Nobody needs to act').waitFor();

    const rejected = await pages.newKey('Rejected key', 'sbx_wrong');
    await page.goto(pages.at(rejected.id));
    await badgeOf(page).getByText('Key rejected').waitFor();
    const error = page.locator('[data-error="key_rejected"]');
    await error.getByText('You can mend this').waitFor();
    await error.getByRole('button', { name: 'Edit key' }).waitFor();

    const added = await pages.stack.admin.post('/v1/credentials', {
      provider: 'sandbox',
      name: 'Away',
      fields: { apiKey: 'sbx-503' },
    });
    await page.goto(pages.at(added.body.credential.id));
    await badgeOf(page).getByText('Provider unavailable').waitFor();
    expect(await badgeOf(page).getAttribute('data-tone')).toBe('warning');
  });

  it('console A2: says when it is refreshed and when it expires, ticking, with the exact time on hover and on focus', async () => {
    await pages.tokensLast(118);
    const account = await pages.newAccount('Ticking');
    await pages.tokensLast(3600);
    const page = await pages.open(account.id);
    const line = page.locator('[data-expiry]');
    const text = await line.innerText();
    expect(text).toMatch(/^Refreshes in \d+ (sec|min)\. · expires in \d+ (sec|min)\./);
    await expect.poll(async () => line.innerText()).not.toBe(text);
    const exact = `${account.expiresAt.slice(0, 19).replace('T', ' ')} UTC`;
    // As a person comes there by keyboard: what a click focuses shows no hint.
    await page.keyboard.press('Tab');
    await line.locator('time').last().focus();
    await page.getByRole('tooltip').getByText(exact).waitFor();
    await page.locator('h1').hover();
    await line.locator('time').last().blur();
    await page.getByRole('tooltip').waitFor({ state: 'hidden' });
    await line.locator('time').last().hover();
    await page.getByRole('tooltip').getByText(exact).waitFor();

    const notion = (await connect(pages.stack, { provider: 'notion', name: 'No expiry' })).credential;
    await page.goto(pages.at(notion.id));
    await line.getByText('Notion gives no expiry').waitFor();
    await pages.stack.admin.delete(`/v1/credentials/${account.id}?force=true`);
  });

  it('console A3: has every fact: dates, who used it last and for which run, the version, the account and its scopes', async () => {
    const account = await pages.newAccount('Facts');
    await pages.stack.admin.post('/v1/leases', {
      provider: 'sandbox',
      credentialId: account.id,
      runId: 'run_of_facts',
      nodeId: 'node_7',
    });
    const page = await pages.open(account.id);
    await factOf(page, 'Account').getByText(account.account.name).waitFor();
    await factOf(page, 'Account').getByText(account.account.id).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    for (const scope of account.scopes)
      await factOf(page, 'Granted scopes').getByText(scope, { exact: true }).waitFor();
    expect(account.scopes.length).toBeGreaterThan(0);
    await expect.poll(() => factOf(page, 'Token version').innerText()).toBe(String(account.tokenVersion));
    for (const [name, time] of [
      ['Created', account.createdAt],
      ['Next refresh', account.nextRefreshAt],
      ['Expires', account.expiresAt],
    ])
      expect(await factOf(page, name).locator('time').getAttribute('datetime')).toBe(time);
    await factOf(page, 'Last used').locator('time').waitFor();
    await factOf(page, 'Last used').getByText('by run run_of_facts · at node node_7 · for').waitFor();
    await factOf(page, 'Id').getByText(account.id).waitFor();
    await page.locator('[data-item="audit"]').getByText('run run_of_facts · node node_7').waitFor();
    await picture(page, 'credential-facts');
    await pages.stack.admin.post(`/v1/credentials/${account.id}/refresh`);
    await factOf(page, 'Token version')
      .getByText(String(account.tokenVersion + 1), { exact: true })
      .waitFor();
  });

  it('console A5: attempts stand with their authorization: which one, what the provider said, and when the next one comes', async () => {
    const account = await pages.newAccount('Attempts');
    const page = await pages.open(account.id);
    // Of these two the second has to be seen while the third is still to come.
    await pages.tokenFault({ fault: 'rate_limited', retryAfterSeconds: 1 }, 1);
    await pages.tokenFault({ fault: 'rate_limited', retryAfterSeconds: 12 }, 1);
    const { body } = await pages.stack.admin.post(`/v1/credentials/${account.id}/refresh`);
    const refresh = page.locator('[data-item="authorization"]', { hasText: 'Refresh' }).first();
    await refresh
      .locator('[data-attempt="1"]')
      .getByText(/^attempt 1 · 429 rate_limited/)
      .waitFor();
    await refresh
      .locator('[data-attempt="2"]')
      .getByText(/429 rate_limited · next in \d+ sec/)
      .waitFor();
    await picture(page, 'credential-attempts');
    await finish(pages.stack.admin, body.authorization.id, 40);
    await refresh
      .locator('[data-attempt]')
      .last()
      .getByText(/^attempt \d+ · succeeded$/)
      .waitFor();
    await refresh.locator('[data-tone="good"]').waitFor();
    const kinds = await page
      .locator('[data-item]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-item')));
    expect(new Set(kinds)).toEqual(new Set(['authorization', 'event', 'audit']));
    await page.getByRole('checkbox', { name: 'Audit' }).uncheck();
    await page.locator('[data-item="audit"]').first().waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('types')).toBe('authorization,event');
    await page.reload();
    await page.locator('[data-item="event"]').first().waitFor();
    expect(await page.locator('[data-item="audit"]').count()).toBe(0);
  });

  it('console A6: refreshes that nobody asked for are in it, those that failed included', async () => {
    // After a server error nobody knows whether the token was used: it is presented again when it is needed.
    await pages.tokensLast(20);
    const account = await pages.newAccount('Automatic');
    await pages.tokensLast(3600);
    await pages.tokenFault({ fault: 'server_error', status: 502 }, 1);
    await pages.stack.database.superuser.query(
      `update credential set next_refresh_at = now() where id = '${account.id}'`,
    );
    const page = await pages.open(account.id);
    const refresh = page.locator('[data-item="authorization"]', { hasText: 'by schedule' });
    await refresh
      .locator('[data-attempt="1"]')
      .getByText('502 provider_unavailable')
      .waitFor({ timeout: 30_000 });
    await page.locator('[data-item="event"]').getByText('Refresh failed').waitFor();
    await refresh.locator('[data-tone="good"]').waitFor({ timeout: 30_000 });
    await page.locator('[data-item="event"]').getByText('Token refreshed').first().waitFor();
  });
});
