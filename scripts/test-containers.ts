/** `npm run test:containers`: what needs a Docker engine. Ends with the same line of sums as `npm test`. */
import { spawnSync } from 'node:child_process';
import { runVitest } from './test/run-vitest.ts';
import { printSummary } from './test/summary.ts';

if (spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 }).status !== 0) {
  console.error('No Docker engine answers `docker info`. Start one, or set DOCKER_HOST.');
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
const asked = process.argv.slice(2);
const outcome = await runVitest({
  projects: ['containers', 'e2e'],
  // The restore of a backup needs a pg_dump as new as the server, which is rather there for the one of a container.
  filters: asked.length > 0 ? asked : ['test/containers/', 'test/e2e/restore'],
  env: process.env,
});
process.exitCode = printSummary(outcome, []);
