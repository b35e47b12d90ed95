import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));

interface Source {
  /** Below the repository. */
  readonly file: string;
  readonly text: string;
}

/** Everything of core, API and worker that runs in production, in the order of the names. */
export function productionSources(): Source[] {
  return globSync('{packages/core,apps/api,apps/worker}/src/**/*.ts', { cwd: repository })
    .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(`${repository}${file}`, 'utf8') }));
}
