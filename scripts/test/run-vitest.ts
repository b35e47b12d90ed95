import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readReport, type Outcome } from './read-report.ts';

interface Run {
  readonly projects: readonly string[];
  readonly filters: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the tests of some projects and counts them. A run that breaks off counts as a failure. */
export async function runVitest({ projects, filters, env }: Run): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-report-'));
  const report = join(directory, 'report.json');
  const exitCode = await spawnVitest(
    [
      'run',
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...projects.map((project) => `--project=${project}`),
      ...filters,
    ],
    env,
  );
  try {
    const outcome = readReport(readFileSync(report, 'utf8'));
    // For example an error that nobody caught, outside of every test.
    return exitCode !== 0 && outcome.failed === 0 ? { ...outcome, failed: 1 } : outcome;
  } catch (error) {
    console.error(`vitest left no readable report (exit code ${exitCode}): ${String(error)}`);
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function spawnVitest(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(process.execPath, [vitest, ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  // A Ctrl-C reaches vitest too: it ends first, then the services do.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
