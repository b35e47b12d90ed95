/** `npm run test:containers`: what needs a Docker engine. Ends with the same line of sums as `npm test`. */
import { spawnSync } from 'node:child_process';
import { runVitest } from './test/run-vitest.ts';
import { printSummary } from './test/summary.ts';

if (spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 }).status !== 0) {
  console.error('No Docker engine answers `docker info`. Start one, or set DOCKER_HOST.');
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
const outcome = await runVitest({
  projects: ['containers'],
  filters: process.argv.slice(2),
  env: process.env,
});
process.exitCode = printSummary(outcome, []);
