import type { KeyField } from './session.ts';

export type Values = Readonly<Record<string, string>>;
type FieldProblem = 'missing' | 'badUrl';

/** What is typed before anything is; a default is a suggestion that need not be sent. */
export function emptyValues(fields: readonly KeyField[]): Values {
  return Object.fromEntries(fields.map(({ name }) => [name, '']));
}

/** What can be told without asking anybody, by field. */
export function findProblems(
  fields: readonly KeyField[],
  values: Values,
): Readonly<Record<string, FieldProblem>> {
  const problems: Record<string, FieldProblem> = {};
  for (const { name, required, kind } of fields) {
    const value = values[name]?.trim() ?? '';
    if (value === '') {
      if (required) problems[name] = 'missing';
    } else if (kind === 'url' && !/^https?:$/.test(URL.parse(value)?.protocol ?? ''))
      problems[name] = 'badUrl';
  }
  return problems;
}
