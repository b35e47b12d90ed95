/** A test, or a group of tests, whose name begins with numbers of statements. */
export interface NamedTest {
  readonly file: string;
  readonly numbers: readonly string[];
  /** Behind the numbers. */
  readonly name: string;
}

/** The first argument of `it`, `test` or `describe`, also behind `.each(…)` and the like. */
const title =
  /(?:\b(?:it|test|describe)(?:\.\w+)*|[)\]`])\(\s*(?:'(?<single>(?:[^'\\\n]|\\.)*)'|`(?<template>(?:[^`\\]|\\.)*)`|"(?<double>(?:[^"\\\n]|\\.)*)")\s*,/g;

const numbered = /^(?<console>console )?(?<numbers>[A-F]\d{1,2}(?:, [A-F]\d{1,2})*): (?<name>.+)$/s;

/** Looks like a number of the list, whatever stands behind it: `A17/C23`, `D50 and more`. */
const almostNumbered = /^[A-F]\d{1,3}\b/;

interface Found {
  readonly tests: readonly NamedTest[];
  /** Of those whose numbers are of the console's behaviours: `console A14: …`. */
  readonly console: readonly NamedTest[];
  /** Names that begin like a number and are none of the form `A1: …` or `F50, F51: …`. */
  readonly problems: readonly string[];
}

/** Pure: the tests of one file that name statements, without running them. */
export function findTests(file: string, source: string): Found {
  const tests: NamedTest[] = [];
  const ofConsole: NamedTest[] = [];
  const problems: string[] = [];
  for (const { groups = {} } of source.matchAll(title)) {
    const text = groups['single'] ?? groups['template'] ?? groups['double'] ?? '';
    const found = numbered.exec(text)?.groups;
    if (found !== undefined) {
      const numbers = (found['numbers'] ?? '').split(', ');
      const list = found['console'] === undefined ? tests : ofConsole;
      list.push({ file, numbers, name: readable(found['name'] ?? '') });
    } else if (almostNumbered.test(text)) problems.push(`${file}: "${text}" is not of the form "A1: …"`);
  }
  return { tests, console: ofConsole, problems };
}

/** As it stands in the source, but for what differs from run to run, and for escapes. */
function readable(name: string): string {
  return name
    .replace(/ ?\(\$\{transport\}\)/g, '')
    .replaceAll(/\\(['"`])/g, '$1')
    .replaceAll(/\$\{\w+\}|\$\w+|%[sjdi]/g, '…')
    .trim();
}
