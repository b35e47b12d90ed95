import { spawnSync } from 'node:child_process';
import { root, vitest } from './run-vitest.ts';

/** How many tests a project has, without running them; 0 when they cannot be listed. */
export function countTests(project: string, filters: readonly string[], env: NodeJS.ProcessEnv): number {
  const args = [vitest, 'list', '--json', `--project=${project}`, ...filters];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 64e6 });
  try {
    return (JSON.parse(stdout) as unknown[]).length;
  } catch {
    return 0;
  }
}
