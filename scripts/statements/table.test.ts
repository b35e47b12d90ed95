import { expect, test } from 'vitest';
import { sections } from './statements.ts';
import { problemsOf, renderTable } from './table.ts';

const statement = { number: 'A1', claim: 'It holds' };
const proof = { file: 'test/integration/a.test.ts', numbers: ['A1'], name: 'it | holds' };
const sectionOf = (...statements: { number: string; claim: string }[]) => [{ title: 'First', statements }];

test('a statement needs a test or a reason, and not both', () => {
  expect(problemsOf(sectionOf(statement), [proof])).toEqual([]);
  expect(problemsOf(sectionOf(statement), [])).toEqual(['A1 has neither a test nor a reason']);
  for (const excuse of [{ gap: 'later' }, { notApplicable: 'none of that here' }]) {
    const excused = sectionOf({ ...statement, ...excuse });
    expect(problemsOf(excused, [])).toEqual([]);
    expect(problemsOf(excused, [proof])).toEqual(['A1 has a test: remove its gap or reason from the list']);
  }
});

test('a test with a number that is not in the list is a problem', () => {
  const lost = { ...proof, numbers: ['A1', 'A99'] };
  expect(problemsOf(sectionOf(statement), [lost])).toEqual([
    'test/integration/a.test.ts: A99 is no statement: "it | holds"',
  ]);
});

test('every statement is in the table with all of its tests, the compact ones first', () => {
  const compact = { ...proof, file: 'test/integration/statements/z.test.ts', name: 'essence' };
  const table = renderTable(
    '# Statements\n',
    sectionOf(statement, { number: 'A2', claim: 'That too', gap: 'later' } as typeof statement),
    [proof, compact],
  );
  expect(table.split('\n').filter((line) => line.startsWith('| '))).toEqual([
    '| no. | statement | proven by |',
    '| --- | --- | --- |',
    '| A1 | It holds | [statements/z](../test/integration/statements/z.test.ts): essence |',
    String.raw`| | | [a](../test/integration/a.test.ts): it \| holds |`,
    '| A2 | That too | **Gap**: later |',
  ]);
});

test('the list has 56 statements, numbered through the sections', () => {
  const numbers = sections.flatMap(({ statements }, index) =>
    statements.map(({ number }) => [number[0], Number(number.slice(1)), 'ABCDEF'[index]]),
  );
  expect(numbers.map(([, number]) => number)).toEqual(Array.from({ length: 56 }, (_, n) => n + 1));
  expect(numbers.filter(([letter, , section]) => letter !== section)).toEqual([]);
});
