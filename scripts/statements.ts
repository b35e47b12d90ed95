/** `npm run statements`: writes docs/statements.md; with `--check` it compares instead, and exits 1 when something is wrong. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findTests } from './statements/find-tests.ts';
import { sections } from './statements/statements.ts';
import { problemsOf, renderTable } from './statements/table.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const table = join(root, 'docs/statements.md');

const files = globSync('{apps,packages,test}/**/*.test.ts', {
  cwd: root,
  exclude: (name) => /(^|\/)node_modules(\/|$)/.test(name),
});
const found = files.toSorted().map((file) => findTests(file, readFileSync(join(root, file), 'utf8')));
const tests = found.flatMap((each) => each.tests);
const text = renderTable(sections, tests);
const problems = [...found.flatMap((each) => each.problems), ...problemsOf(sections, tests)];

if (!process.argv.includes('--check')) writeFileSync(table, text);
else if (readFileSync(table, 'utf8') !== text)
  problems.push('docs/statements.md is not what the tests say. Run: npm run statements');

for (const problem of problems) console.error(problem);
const gaps = sections.flatMap(({ statements }) => statements).filter(({ gap }) => gap !== undefined);
if (gaps.length > 0) console.log(`not proven yet: ${gaps.map(({ number }) => number).join(', ')}`);
process.exitCode = problems.length === 0 ? 0 : 1;
