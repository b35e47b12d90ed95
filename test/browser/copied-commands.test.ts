import { randomBytes } from 'node:crypto';
import { asCurl, asLatchkey } from '@latchkey/web/commands/command.ts';
import { commands, type ActionName } from '@latchkey/web/commands/commands.ts';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings } from '../support/axe.ts';
import { launchChromium, openWatched, picture } from '../support/chromium.ts';
import { signIn } from '../support/console.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey, connect } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;
// As the API has it.
// oxlint-disable-next-line typescript/no-explicit-any
let key: any, account: any;

const both = ['credential.setDefault', 'credential.rename'] as const;
const last = ['credential.copyLink', 'credential.remove'] as const;

/** On which page which menu has which commands. */
const offers: readonly [path: string, button: string | RegExp, actions: readonly ActionName[]][] = [
  [
    '/data-sources?q=sandbox',
    'Configure Sandbox',
    ['credential.addKey', 'credential.connect', 'oauthClient.set'],
  ],
  [
    '/data-sources?q=sandbox',
    'Actions for The key',
    [...both, 'credential.editKey', 'credential.validate', ...last],
  ],
  [
    '/data-sources?q=sandbox',
    'Actions for The account',
    [...both, 'credential.reconnect', 'credential.refresh', ...last],
  ],
  ['/authorizations', /^Actions for auth_/, ['authorization.cancel']],
  ['/authorizations', 'Copy as a command', ['authorization.cancelAll']],
  ['/oauth-clients', 'More for Notion', ['oauthClient.set', 'oauthClient.remove']],
  ['/jobs', 'Actions for Key checks', ['queue.pause', 'queue.retry']],
  ['/jobs', 'Actions for Removals', ['queue.resume', 'queue.retry']],
  ['/keys', 'Actions for new', ['rootKey.promote', 'rootKey.retire']],
  ['/keys', /^Actions for kj_/, ['keyJob.cancel']],
  ['/keys', 'Copy as a command', ['keyJob.rewrap', 'keyJob.rotateData']],
  ['/service-tokens', 'Copy as a command', ['serviceToken.create']],
  [
    '/service-tokens',
    'Actions for The token',
    ['serviceToken.edit', 'serviceToken.rotate', 'serviceToken.revoke'],
  ],
  ['/people', /^Actions for/, ['session.end', 'session.endAll']],
  ['/audit', 'Copy as a command', ['audit.verify', 'audit.export']],
];

const newRootKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

async function openConsole(path: string) {
  const watched = await openWatched(browser);
  const page = await watched.context.newPage();
  await signIn(page, stack, path);
  return { page, context: watched.context };
}

const clipboardOf = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()');
const menuOf = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first();

const hasFocus = async (button: Locator) => (await button.and(button.page().locator(':focus')).count()) === 1;

/** Opens a menu, and the commands in it where they are in a menu of their own. */
async function openCommands(page: Page, button: Locator) {
  await button.click();
  const submenu = page.getByRole('menuitem', { name: 'Copy as a command' });
  await page.getByRole('menu').first().waitFor();
  if ((await submenu.count()) > 0) await submenu.click();
  await page.locator('[data-command]').first().waitFor();
}

describe.skipIf(chromiumPath === null)('commands that are copied', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([
      startStack({ env: { LATCHKEY_ROOT_KEYS: [newRootKey('old'), newRootKey('new')].join(',') } }),
      launchChromium(),
    ]);
    key = (await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_key' }, 'The key')).credential;
    account = (await connect(stack, { provider: 'sandbox', name: 'The account' })).credential;
    await stack.admin.put('/v1/providers/notion/oauth-client', {
      clientId: 'mine',
      clientSecret: 'x'.repeat(20),
    });
    await stack.admin.post('/v1/service-tokens', { name: 'The token', role: 'viewer' });
    await stack.admin.post('/v1/queues/revoke/pause');
    // A process that has not heard of the new key keeps the job from its end.
    await stack.database.superuser.query(
      `insert into process_report (id, role, version, root_key_ids, generation, seen_at)
       values ('slow/1/x', 'api', '1', '{old,new}', -1, now() + interval '1 day')`,
    );
    await stack.admin.post('/v1/key-jobs', { kind: 'rotate_data' });
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  describe('on each page', () => {
    let page: Page;

    beforeAll(async () => {
      ({ page } = await openConsole('/overview'));
    });

    it.each(offers)(
      'console A26: %s offers in %s, as curl and for the command line, %j',
      async (path, name, actions) => {
        await page.goto(`${stack.url}${path}`);
        await openCommands(page, page.locator('main').getByRole('button', { name, exact: true }).first());
        const groups = await page.locator('[data-command]').all();
        expect(await Promise.all(groups.map((group) => group.getAttribute('data-command')))).toEqual(actions);
        for (const group of groups)
          expect(await group.getByRole('menuitem').allTextContents()).toEqual([
            'Copy as curl',
            'Copy as latchkey …',
          ]);
      },
    );
  });

  it('console A26: no action is left out', () => {
    const offered = new Set(offers.flatMap(([, , actions]) => actions));
    expect([...offered].toSorted()).toEqual(Object.keys(commands).toSorted());
  });

  it('console A26: a copy is said, and the button of the menu has the focus again', async () => {
    const { page, context } = await openConsole(`/credentials/${key.id}`);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const place = { baseUrl: stack.url, workspace: null };
    const button = menuOf(page, /^Actions for/);
    const status = page.getByRole('status').getByText('The command was copied');
    const check = page.getByRole('group', { name: 'Check now' });
    for (const [item, text] of [
      ['Copy as curl', asCurl(commands['credential.validate'](key), place)],
      ['Copy as latchkey …', asLatchkey(commands['credential.validate'](key), place)],
    ] as const) {
      await openCommands(page, button);
      await check.getByRole('menuitem', { name: item }).click();
      await status.waitFor();
      expect(await clipboardOf(page)).toBe(text);
      await eventually(() => hasFocus(button), {
        describe: 'the focus is back',
      });
    }
    await picture(page, 'copied');
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press('Shift');
    await status.waitFor({ state: 'detached' });
    await context.close();
  });

  it('console A26: names the workspace that is shown', async () => {
    const made = await stack.admin.post('/v1/workspaces', { name: 'Another' });
    const { page, context } = await openConsole(`/service-tokens?workspace=${made.body.id}`);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await openCommands(page, page.locator('main').getByRole('button', { name: 'Copy as a command' }));
    await page.getByRole('menuitem', { name: 'Copy as latchkey …' }).click();
    await page.getByText('The command was copied').waitFor();
    expect(await clipboardOf(page)).toBe(
      `latchkey --workspace ${made.body.id} service-tokens create pipeline --role runner`,
    );
    await context.close();
  });

  it('console A26: without a clipboard, as on plain http, the command is copied as browsers did before, else shown', async () => {
    const { page, context } = await openConsole(`/credentials/${account.id}`);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.evaluate(
      `Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })`,
    );
    const copy = async () => {
      await openCommands(page, menuOf(page, /^Actions for/));
      await page
        .getByRole('group', { name: 'Refresh now' })
        .getByRole('menuitem', { name: 'Copy as latchkey …' })
        .click();
    };
    await copy();
    await page.getByRole('status').filter({ hasText: 'was copied' }).waitFor();
    await page.evaluate('delete navigator.clipboard');
    expect(await clipboardOf(page)).toBe(`latchkey credentials refresh ${account.id}`);
    await page.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
    await page.evaluate('document.execCommand = () => false, null');
    await copy();
    const notice = page.getByRole('status').filter({ hasText: 'Copy it by hand' });
    await notice.getByText(`latchkey credentials refresh ${account.id}`).click();
    await notice.getByRole('button', { name: 'Close' }).click();
    await notice.waitFor({ state: 'detached' });
    await context.close();
  });
});
