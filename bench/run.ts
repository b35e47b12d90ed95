/** `npm run bench [-- <name>]`: runs the benchmarks, each in a process of its own, one after the other. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startServices } from '../test/support/services/start-services.ts';

const folder = import.meta.dirname;
const names = globSync('*.ts', { cwd: folder })
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'run')
  .toSorted();

/** The first words of the comment that a benchmark begins with. */
function describe(name: string): string {
  const comment = /\/\*\*(.*?)\*\//s.exec(readFileSync(join(folder, `${name}.ts`), 'utf8'))?.[1] ?? '';
  return comment
    .replaceAll(/\s*\n\s*\*\s*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function help(): string {
  const lines = names.map((name) => `  ${name}\n      ${describe(name)}`);
  return `npm run bench [-- <part of a name> …] [-- --<option of a benchmark> …]

Runs the benchmarks whose name contains one of the parts, or all, and prints their tables. Each is a ratio against its
own baseline of the same run. Uses PostgreSQL and Redis as the tests do. Close what else keeps the machine busy.

${lines.join('\n')}
`;
}

async function run(name: string, options: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  const child = spawn(process.execPath, [join(folder, `${name}.ts`), ...options], {
    env: { ...process.env, ...env },
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) console.error(`${name} failed.`);
  return code === 0;
}

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  if (words.includes('--help')) {
    console.log(help());
    return 0;
  }
  const parts = words.filter((word) => !word.startsWith('--'));
  const options = words.filter((word) => word.startsWith('--'));
  const chosen = names.filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)));
  if (chosen.length === 0) {
    console.error(`There is no such benchmark. There are: ${names.join(', ')}`);
    return 1;
  }
  const services = await startServices(process.env);
  let failed = 0;
  for (const name of chosen) if (!(await run(name, options, services.env))) failed += 1;
  await services.close(failed > 0);
  return failed === 0 ? 0 : 1;
}

process.exit(await main());
