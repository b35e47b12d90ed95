import { readFile, writeFile } from 'node:fs/promises';
import { buildApp } from './app.ts';
import { readApiSettings } from './env.ts';
import { offlineRuntime } from './offline-runtime.ts';

/**
 * Writes docs/openapi.json from the routes; with `--check` it compares instead, and exits 1 when they differ.
 * Nothing is opened: routes are registered, never called.
 */
const file = new URL('../../../docs/openapi.json', import.meta.url);

/** Sorted by name all the way down: the order in which routes are registered makes no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

const api = await buildApp({
  runtime: offlineRuntime('http://localhost:3000'),
  apiSettings: readApiSettings({}),
});
const text = `${JSON.stringify(sorted(api.swagger()), null, 2)}\n`;
await api.close();

if (process.argv.includes('--check')) {
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed !== text) {
    process.stderr.write('docs/openapi.json is not what the routes say. Run: npm run openapi\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
