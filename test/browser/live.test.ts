import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byItself, launchChromium, openWatched, type Watched } from '../support/chromium.ts';
import { rowOf, signIn } from '../support/console.ts';
import { eventually } from '../support/eventually.ts';
import { chromiumPath } from '../support/find-chromium.ts';
import { addKey } from '../support/flows.ts';
import { startStack, type Stack } from '../support/stack.ts';

let stack: Stack;
let browser: Browser;
let credentialId: string;

const rename = (name: string) => stack.admin.patch(`/v1/credentials/${credentialId}`, { name });
const isStream = (request: Request) => request.url().includes('/v1/events/stream');
const state = (page: Page, word: string) => page.getByRole('status').filter({ hasText: word }).waitFor();

/** Streams that are open, as far as the browser says: it says nothing of those of a tab that was closed. */
function watchStreams({ context }: Watched) {
  const open = new Set<Request>();
  const asked: Request[] = [];
  context.on('request', (request) => {
    if (!isStream(request)) return;
    open.add(request);
    asked.push(request);
  });
  context.on('requestfailed', (request) => open.delete(request));
  context.on('requestfinished', (request) => open.delete(request));
  const tabs = () => [...open].filter((request) => !request.frame().page().isClosed());
  return { tabs, asked };
}

describe.skipIf(chromiumPath === null)('what happens elsewhere is seen', () => {
  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), launchChromium()]);
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_live' });
    credentialId = credential.id;
  });

  afterAll(async () => {
    await browser.close();
    await stack.close();
  });

  it('console A14: a change made elsewhere is on screen within a second, and the focus and an open menu stay', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await rename('Before');
    await signIn(page, stack);
    await rowOf(page, 'Before').waitFor();
    await state(page, 'Live');
    const search = page.getByRole('searchbox');
    await search.focus();
    await rename('After');
    await rowOf(page, 'After').waitFor(byItself);
    expect(await search.evaluate('document.activeElement.type')).toBe('search');
    await watched.context.close();
  });

  it('console A14: what happens between the reading of a page and the begin of its stream is shown', async () => {
    const watched = await openWatched(browser);
    const page = await watched.context.newPage();
    await rename('Early');
    await signIn(page, stack);
    const begun = Promise.withResolvers<void>();
    await watched.context.route('**/v1/events/stream*', async (route) => {
      await begun.promise;
      await route.continue();
    });
    await page.reload();
    await rowOf(page, 'Early').waitFor();
    await rename('Meanwhile');
    begun.resolve();
    await state(page, 'Live');
    await rowOf(page, 'Meanwhile').waitFor(byItself);
    await watched.context.close();
  });

  it('console A16: a cut stream says so, and goes on where it was when the network is back', async () => {
    const watched = await openWatched(browser);
    const { asked } = watchStreams(watched);
    const page = await watched.context.newPage();
    await rename('One');
    await signIn(page, stack);
    await state(page, 'Live');
    // The first may still be shown by what is read again when the stream begins; the last is an event of the stream.
    for (const name of ['Two', 'Two again', 'Two at last']) {
      await rename(name);
      await rowOf(page, name).waitFor();
    }
    const first = asked.length;
    // Every stream that is open ends, and no new one can be opened meanwhile.
    await watched.context.route('**/v1/events/stream*', (route) => route.abort());
    stack.cutConnections();
    await state(page, 'Reconnecting');
    await rename('Three');
    await watched.context.unroute('**/v1/events/stream*');
    await state(page, 'Live');
    await rowOf(page, 'Three').waitFor();
    const resumed = asked.slice(first).at(-1);
    const headers = (await resumed?.allHeaders()) ?? {};
    const after = headers['last-event-id'] ?? new URL(resumed?.url() ?? '').searchParams.get('lastEventId');
    expect(after).toMatch(/^\d{20}$/);
    await watched.context.close();
  });

  it('console A17: ten tabs have one stream, all of them are live, and another takes over when its tab is closed', async () => {
    const watched = await openWatched(browser);
    const { tabs } = watchStreams(watched);
    const first = await watched.context.newPage();
    await rename('In ten tabs');
    await signIn(first, stack);
    await state(first, 'Live');
    const others = await Promise.all(
      Array.from({ length: 9 }, async () => {
        const page = await watched.context.newPage();
        await page.goto(`${stack.url}/data-sources`);
        await rowOf(page, 'In ten tabs').waitFor();
        await state(page, 'Live');
        return page;
      }),
    );
    expect(tabs()).toHaveLength(1);
    await rename('Seen by all');
    for (const page of [first, ...others]) await rowOf(page, 'Seen by all').waitFor();
    await first.close();
    await eventually(() => tabs().length === 1, { describe: 'another tab opens the stream' });
    await rename('Seen without the first');
    for (const page of others) await rowOf(page, 'Seen without the first').waitFor();
    expect(tabs()).toHaveLength(1);
    await watched.context.close();
  });
});
