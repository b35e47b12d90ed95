import type { NamedTest } from './find-tests.ts';
import type { Statement } from './statements.ts';

interface Listed {
  readonly title: string;
  readonly statements: readonly Statement[];
}

/** Pure: what is wrong with the list and the tests that name it, one line each. */
export function problemsOf(sections: readonly Listed[], tests: readonly NamedTest[]): string[] {
  const statements = sections.flatMap((section) => section.statements);
  const known = new Set(statements.map(({ number }) => number));
  const unknown = tests.flatMap(({ file, numbers, name }) =>
    numbers
      .filter((number) => !known.has(number))
      .map((number) => `${file}: ${number} is no statement: "${name}"`),
  );
  return [...unknown, ...statements.flatMap((statement) => problemOf(statement, testsOf(statement, tests)))];
}

function problemOf({ number, gap, notApplicable }: Statement, tests: readonly NamedTest[]): string[] {
  const isExcused = gap !== undefined || notApplicable !== undefined;
  if (tests.length === 0) return isExcused ? [] : [`${number} has neither a test nor a reason`];
  return isExcused ? [`${number} has a test: remove its gap or reason from the list`] : [];
}

/** Pure: a document such as docs/statements.md. @param introduction title and what stands before the tables */
export function renderTable(
  introduction: string,
  sections: readonly Listed[],
  tests: readonly NamedTest[],
): string {
  return `${introduction}\n${sections.map((section) => renderSection(section, tests)).join('\n')}`;
}

function renderSection({ title, statements }: Listed, tests: readonly NamedTest[]): string {
  const letter = statements[0]?.number.slice(0, 1) ?? '';
  const rows = statements.flatMap((statement) => renderRows(statement, testsOf(statement, tests)));
  return `## ${letter}. ${title}\n\n| no. | statement | proven by |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** A row per test; number and claim stand in the first. */
function renderRows({ number, claim, gap, notApplicable }: Statement, tests: readonly NamedTest[]): string[] {
  const cells = tests.map(({ file, name }) => `[${shortPath(file)}](../${file}): ${escape(name)}`);
  if (gap !== undefined) cells.push(`**Gap**: ${gap}`);
  if (notApplicable !== undefined) cells.push(`Does not apply: ${notApplicable}`);
  return cells.map((cell, index) =>
    index === 0 ? `| ${number} | ${escape(claim)} | ${cell} |` : `| | | ${cell} |`,
  );
}

/** The compact tests come first. */
function testsOf({ number }: Statement, tests: readonly NamedTest[]): NamedTest[] {
  const rank = ({ file }: NamedTest) => (file.startsWith('test/integration/statements/') ? '' : file);
  return tests
    .filter(({ numbers }) => numbers.includes(number))
    .toSorted((one, other) => (rank(one) < rank(other) ? -1 : rank(one) > rank(other) ? 1 : 0));
}

const shortPath = (file: string) =>
  file.replace(/^(?:test\/integration|test|packages\/core\/src|apps)\//, '').replace(/\.test\.tsx?$/, '');

const escape = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '\\<').replaceAll(/\s+/g, ' ');
