/** `npm test [-- <filter>]`: every test that can run here, on both transports. Ends with one line of sums. */
import { fileURLToPath } from 'node:url';
import { startServices } from '../test/support/services/start-services.ts';
import { chromiumPath, whyNoBrowser } from '../test/support/find-chromium.ts';
import { countTests } from './test/count-tests.ts';
import { runVitest } from './test/run-vitest.ts';
import { printSummary, type Skipped } from './test/summary.ts';

const filters = process.argv.slice(2);
const projects = [
  'unit',
  'components',
  'database',
  'integration-postgres',
  'integration-redis',
  'e2e',
  'browser',
  'chaos',
];
const skipped: Skipped[] = [];

const services = await startServices(process.env);
for (const note of services.notes) console.log(note);

const env: NodeJS.ProcessEnv = {
  ...process.env,
  ...services.env,
  // Commands and servers are started some hundred times.
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/node-compile', import.meta.url)),
};
if (!services.hasRedis) {
  const project = projects.splice(projects.indexOf('integration-redis'), 1)[0] ?? '';
  const count = countTests(project, filters, env);
  skipped.push({
    what: `the integration tests on Redis (${count})`,
    count,
    why: 'there is no Redis: no TEST_REDIS_URL, no container, no redis-server on this machine',
  });
}
for (const project of chromiumPath === null ? ['components', 'browser'] : []) {
  projects.splice(projects.indexOf(project), 1);
  const count = countTests(project, filters, env);
  skipped.push({ what: `the ${project} tests (${count})`, count, why: whyNoBrowser });
}

const outcome = await runVitest({ projects, filters, env });
await services.close(outcome.failed > 0);
process.exitCode = printSummary(outcome, skipped);
