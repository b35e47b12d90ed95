import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, openWatched } from '../support/chromium.ts';
import { expectHeading, makeSession, openProvider, outcomeOf } from '../support/connect-browser.ts';
import { openEmbeddingSite, type EmbeddingSite } from '../support/embedding-site.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;
let site: EmbeddingSite;

const script = new URL('../../packages/connect/dist/connect.global.js', import.meta.url);

interface Told {
  readonly type: string;
  readonly at: number;
}

/** A product's page that opens the connect page and keeps what it is told, and when. */
const product = (
  url: string,
) => `<button>Connect</button><script>${readFileSync(script, 'utf8')}</script><script>
  window.told = [];
  document.querySelector('button').addEventListener('click', () => {
    Latchkey.openConnect({ url: ${JSON.stringify(url)}, onEvent: (event) => told.push({ ...event, at: Date.now() }) });
  });
</script>`;

describe.skipIf(chromiumPath === null)('the connect page as a popup of another site', () => {
  beforeAll(async () => {
    [stack, browser, site] = await Promise.all([
      startStack(),
      launchChromium({ withWindows: true }),
      openEmbeddingSite(),
    ]);
    await stack.sandbox.control.updateSettings({ autoApprove: false });
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
    await stack.close();
  });

  async function openPopup() {
    const wanted = { providers: ['sandbox'], allowedOrigins: [site.origin], state: 'mine' };
    const session = await makeSession(stack, wanted);
    site.show(product(session.url));
    const watched = await openWatched(browser, { reducedMotion: 'no-preference' });
    const page = await watched.context.newPage();
    await page.goto(site.origin);
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button').click()]);
    await expectHeading(popup, 'Connect Sandbox');
    return { watched, page, popup, session };
  }

  /** What the product was told, sooner or later. */
  async function expectTold(page: Page, type: string): Promise<void> {
    await page.waitForFunction(`told.some((event) => event.type === '${type}')`);
  }

  it('console C9, C10, C18, C19: is cut off by its own policy, and the product hears of each step from the server', async () => {
    const { watched, page, popup, session } = await openPopup();
    expect(await popup.evaluate('window.opener')).toBe(null);
    const provider = await openProvider(popup);
    await expectTold(page, 'opened');
    await provider.getByRole('button', { name: 'Deny' }).click();
    await expectTold(page, 'failed');
    await provider.close();
    const again = await openProvider(popup, 'Try again');
    await again.getByRole('button', { name: 'Allow access' }).click();
    await expectTold(page, 'connected');
    const told = await page.evaluate<Told[]>('told');
    const { authorizationId, credentialId } = await outcomeOf(stack, session);
    // The window may have closed itself by now, which is told as well.
    const connected = told.find(({ type }) => type === 'connected');
    expect(connected).toMatchObject({
      type: 'connected',
      sessionId: session.id,
      authorizationId,
      credentialId,
      provider: 'sandbox',
      state: 'mine',
    });
    const { body } = await stack.admin.get(`/v1/authorizations/${authorizationId}`);
    expect((connected?.at ?? 0) - Date.parse(body.finishedAt)).toBeLessThan(10_000);
    expect(told.filter(({ type }) => type === 'connected')).toHaveLength(1);
    expect(watched.errors).toEqual([]);
    await watched.context.close();
  });

  it('console C9, C19: that is closed by its person is told as closed', async () => {
    const { watched, page, popup } = await openPopup();
    const closed = popup.waitForEvent('close');
    await popup.getByRole('button', { name: 'Close' }).click();
    await closed;
    await expectTold(page, 'closed');
    await watched.context.close();
  });
});
