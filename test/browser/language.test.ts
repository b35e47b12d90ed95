import { failures, problems } from '@latchkey/core/errors.ts';
import { fieldRules } from '@latchkey/core/field-rules.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { expectClean, openConsole } from '../support/console-person.ts';
import { configure } from '../support/console.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey, connect } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

/** Everything that the API says in English about what went wrong. */
const english = [
  ...Object.values(failures).map(({ message }) => message),
  ...Object.values(problems).map(({ title }) => title),
  ...Object.values(fieldRules).filter((text) => !text.includes('{{')),
];

async function expectGerman(page: Page): Promise<void> {
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  expect(await page.locator('[lang="en"]').count()).toBe(0);
  const text = await page.locator('body').innerText();
  expect(english.filter((sentence) => text.includes(sentence))).toEqual([]);
}

describe.skipIf(chromiumPath === null)('in a browser that is set to German', () => {
  let stack: Stack;
  let browser: Browser;

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 3600 } });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  const open = async (path: string) => openConsole(browser, stack, { role: 'admin', path, locale: 'de-DE' });

  it('console C29: a form, a rejected key and the page of its credential say it in German', async () => {
    await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_key' }, 'Vergeben');
    const { watched, page } = await open('/data-sources');
    await configure(page, 'sandbox', 'API-Schlüssel hinzufügen', /konfigurieren$/);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'API key' }).fill('sbx_wrong');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Vergeben');
    await dialog.getByRole('button', { name: 'Hinzufügen' }).click();
    await dialog.getByText('Dieser Name ist schon vergeben.').waitFor();
    await expectGerman(page);
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Abgelehnt');
    await dialog.getByRole('button', { name: 'Hinzufügen' }).click();
    await dialog.locator('[data-code="key_rejected"]').getByText('hat diesen Schlüssel abgelehnt').waitFor();
    await expectGerman(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Verwerfen' }).click();
    await page.getByRole('link', { name: 'Abgelehnt', exact: true }).first().click();
    await page.locator('[data-item="event"]').first().waitFor();
    await expectGerman(page);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console C29, A6: a refresh that fails is told in German in the time line, with what the provider answered', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox', name: 'Konto' });
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.refresh',
      times: 1,
      fault: 'server_error',
      status: 503,
    });
    await stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    const { watched, page } = await open(`/credentials/${credential.id}`);
    const item = page.locator('[data-item="event"]').filter({ hasText: 'Erneuerung fehlgeschlagen' });
    await item.getByText('503 · Sandbox antwortet gerade nicht').waitFor();
    await expectGerman(page);
    await page.goto(`${stack.url}/activity`);
    await page.getByRole('cell', { name: 'Erneuerung fehlgeschlagen' }).first().waitFor();
    await expectGerman(page);
    await page.goto(`${stack.url}/audit`);
    await page
      .getByRole('button', { name: /^Erneuerung angefordert/ })
      .first()
      .waitFor();
    await expectGerman(page);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console C29, A30: what the API refuses is told in German, in a form and in a box with its code', async () => {
    const added = await stack.admin.post('/v1/service-tokens', { name: 'Kalender', role: 'runner' });
    const { watched, page } = await open('/service-tokens');
    const row = page.getByRole('row', { name: /Kalender/ });
    await row.getByRole('button', { name: /Bearbeiten/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Erlaubt von').fill('192.0.2.0/33');
    await dialog.getByRole('button', { name: 'Speichern' }).click();
    await dialog.getByText('Geben Sie eine Adresse oder ein Netz wie 10.0.0.0/8 ein.').first().waitFor();
    await dialog.getByRole('alert').getByText('Etwas ist nicht richtig ausgefüllt.').waitFor();
    await expectGerman(page);
    await stack.admin.delete(`/v1/service-tokens/${added.body.id}`);
    await dialog.getByLabel('Erlaubt von').fill('192.0.2.0/24');
    await dialog.getByRole('button', { name: 'Speichern' }).click();
    const box = dialog.getByRole('alert');
    await box.getByText('Dieses Dienst-Token gibt es nicht; vielleicht wurde es widerrufen.').waitFor();
    await box.getByRole('link', { name: 'Über service_token_not_found' }).waitFor();
    await expectGerman(page);
    expectClean(watched, stack);
    await watched.context.close();
  });

  it('console C29: the window that a console in another language than the browser opens speaks that one too', async () => {
    const { watched, page } = await openConsole(browser, stack, {
      role: 'admin',
      path: '/data-sources',
      locale: 'en-US',
    });
    await stack.sandbox.control.updateSettings({ autoApprove: false });
    await page.getByRole('button', { name: 'admin@example.test' }).click();
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    const opening = page.waitForEvent('popup');
    await configure(page, 'sandbox', 'Konto verbinden', /konfigurieren$/);
    const popup = await opening;
    await popup.getByRole('button', { name: 'Deny' }).click();
    await popup.getByRole('heading', { name: 'Sandbox wurde nicht verbunden' }).waitFor();
    await expectGerman(popup);
    await watched.context.close();
  });
});
