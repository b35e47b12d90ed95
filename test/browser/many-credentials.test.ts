import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, openWatched } from '../support/chromium.ts';
import { cardOf, rowOf, signIn } from '../support/console.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;

const total = 10_000;

/** Copies of a credential under other names: what the page lists, without what a lease would need. */
async function fillUp(name: string): Promise<void> {
  const { superuser } = stack.database;
  const { rows } = await superuser.query<{ column: string }>(
    `select attname as "column" from pg_attribute
      where attrelid = 'credential'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  );
  const replaced: Record<string, string> = {
    id: `'cred_' || lpad(n::text, 26, '0')`,
    name: `'Copy ' || lpad(n::text, 5, '0')`,
    is_default: 'false',
    grant_fingerprint: 'null',
  };
  const columns = rows.map(({ column }) => column);
  const list = columns.map((column) => `"${column}"`).join();
  const values = columns.map((column) => replaced[column] ?? `"${column}"`).join();
  await superuser.query(
    `insert into credential (${list}) select ${values} from credential, generate_series(1, ${total - 1}) n where name = $1`,
    [name],
  );
}

describe.skipIf(chromiumPath === null)('ten thousand credentials of one provider', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_many' }, 'The first');
    await fillUp('The first');
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('console A24: a page of them is shown, more on demand, what was read stays, and each can be found', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await signIn(page, stack);
    const rows = cardOf(page, 'sandbox').locator('li[data-credential]');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(50);
    const first = await rows.first().getAttribute('data-credential');
    await cardOf(page, 'sandbox').getByRole('button', { name: 'Load more' }).click();
    await rows.nth(99).waitFor();
    expect(await rows.first().getAttribute('data-credential')).toBe(first);
    await page.getByRole('searchbox').fill('Copy 04567');
    await rowOf(page, 'Copy 04567').waitFor();
    expect(await rows.count()).toBe(1);
    const shown = rowOf(page, 'Copy 04567').getByText('Connected');
    await shown.waitFor();
    await stack.admin.patch(`/v1/credentials/${'cred_'.padEnd(27, '0')}4567`, { name: 'Found and renamed' });
    await page.getByRole('searchbox').fill('Found');
    await rowOf(page, 'Found and renamed').waitFor();
    await watched.context.close();
  });
});
