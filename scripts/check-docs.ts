/** Every relative link, path of the repository and `npm run` script that a Markdown file names must exist. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts;
const builtIn = new Set(['ci', 'install', 'pack', 'publish', 'version', 'audit', 'outdated', 'view']);

/** The top folders of the repository: only words that start with one of them are taken for paths. */
const path = /^(?:apps|packages|docs|scripts|test|bench|\.ci)\/[\w@./-]+$/;

function wrongReferences(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const wrong: string[] = [];
  for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    const local = decodeURI(target.split('#')[0] ?? '');
    if (local === '' || /^[a-z]+:/i.test(local)) continue;
    if (!existsSync(local.startsWith('/') ? join(root, local) : join(root, dirname(file), local)))
      wrong.push(`link ${target}`);
  }
  for (const [, code = ''] of text.matchAll(/`([^`\n]+)`/g)) {
    if (path.test(code) && !existsSync(join(root, code))) wrong.push(`path ${code}`);
  }
  for (const [, run, name = ''] of text.matchAll(/\bnpm (run )?([a-z][\w:-]*)/g)) {
    const known = name in scripts || (run === undefined && builtIn.has(name));
    // "npm packages", "npm scripts": prose, not a command
    if (!known && (run !== undefined || ['start', 'test'].includes(name))) wrong.push(`npm run ${name}`);
  }
  return wrong.map((what) => `${file}: ${what} does not exist`);
}

const files = globSync('**/*.md', {
  cwd: root,
  exclude: (name) => /(^|\/)(node_modules|\.turbo|\.data)(\/|$)/.test(name),
});
const problems = files.flatMap(wrongReferences);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
