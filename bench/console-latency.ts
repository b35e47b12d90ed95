/**
 * From a change that is committed in PostgreSQL to the changed row on screen, beside the same event at a subscriber of
 * the bus, which is what the relay and the transport take by themselves.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readEnvironment } from '@latchkey/api/env.ts';
import { createLogger } from '@latchkey/core/logger.ts';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { signIn } from '../test/support/console.ts';
import { eventually } from '../test/support/eventually.ts';
import { chromiumPath, whyNoBrowser } from '../test/support/find-chromium.ts';
import { addKey } from '../test/support/flows.ts';
import { openDeployment, type TransportKind } from '../test/support/processes.ts';
import { hasRedisServer } from '../test/support/services/local-redis.ts';
import { printTable } from './support/print-table.ts';

const { values } = parseArgs({
  options: { changes: { type: 'string', default: '200' }, 'every-ms': { type: 'string', default: '100' } },
});
const changes = Number(values.changes);

if (chromiumPath === null) throw new Error(`this benchmark needs a browser: ${whyNoBrowser}`);

/** Writes down when a text is in the page for the first time, in milliseconds since 1970. */
const watchRows = `
  window.seen = {};
  new MutationObserver(() => {
    for (const link of document.querySelectorAll('li[data-credential] a'))
      window.seen[link.textContent] ??= performance.timeOrigin + performance.now();
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
`;

const clock = () => performance.timeOrigin + performance.now();

function row(name: string, milliseconds: readonly number[]): string[] {
  const sorted = milliseconds.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(0);
  return [name, String(sorted.length), at(0.5), at(0.95), (sorted.at(-1) ?? NaN).toFixed(0)];
}

async function measure(kind: TransportKind): Promise<string[][]> {
  const deployment = await openDeployment(kind);
  const browser = await launchChromium();
  const { settings } = readEnvironment(deployment.env);
  const log = createLogger({ name: 'bench', level: 'fatal' });
  const runtime = await openRuntime(settings, { role: 'api', log });
  try {
    await Promise.all([deployment.startApi(), deployment.startWorker()]);
    const { credential } = await addKey(deployment, 'sandbox', { apiKey: 'sbx_valid_bench' });
    const page = await browser.newPage();
    await signInWith(page, deployment.url, deployment.env['LATCHKEY_ADMIN_TOKEN'] ?? '');
    await page.evaluate(watchRows);
    const heard = new Map<string, number>();
    const end = runtime.transport.bus.subscribe(({ data }) => {
      heard.set(String(data['name']), clock());
    });
    const committed = new Map<string, number>();
    for (let n = 0; n < changes; n += 1) {
      const name = `Change ${n}`;
      await deployment.admin.patch(`/v1/credentials/${credential.id}`, { name });
      committed.set(name, clock());
      await wait(Number(values['every-ms']));
    }
    const last = `Change ${changes - 1}`;
    const seen = await eventually(
      async () => {
        const all = await page.evaluate<Record<string, number>>('window.seen');
        return last in all && heard.has(last) ? all : null;
      },
      { describe: 'the last change is on screen' },
    );
    end();
    const after = (times: ReadonlyMap<string, number>) =>
      [...committed].flatMap(([name, at]) => {
        const time = times.get(name);
        return time === undefined ? [] : [time - at];
      });
    return [
      row(`${kind}: at a subscriber`, after(heard)),
      row(`${kind}: on screen`, after(new Map(Object.entries(seen)))),
    ];
  } finally {
    await browser.close();
    await runtime.close();
    await deployment.close();
  }
}

async function signInWith(page: Parameters<typeof signIn>[0], url: string, token: string): Promise<void> {
  await signIn(page, { url }, '/data-sources', token);
  await page.locator('[data-stream="live"]').waitFor();
  await page.locator('li[data-credential]').waitFor();
}

const kinds: TransportKind[] = hasRedisServer() ? ['postgres', 'redis'] : ['postgres'];
const rows: string[][] = [];
for (const kind of kinds) rows.push(...(await measure(kind)));
printTable(
  `${changes} changes, one every ${values['every-ms']} ms; milliseconds after the API has answered that it is committed`,
  ['', 'seen', 'p50', 'p95', 'most'],
  rows,
);
console.log(`
A change that the next one overtook was never on screen, and is not counted there.`);
