import { expect, test } from 'vitest';
import { findTests } from './find-tests.ts';

const found = (source: string) =>
  findTests('a.test.ts', source).tests.map(({ numbers, name }) => [numbers, name]);
const problems = (source: string) => findTests('a.test.ts', source).problems;

test('a test, a group and a table of tests are found by the number that their name begins with', () => {
  expect(found(`it('A1: one', async () => {})`)).toEqual([[['A1'], 'one']]);
  expect(found(`  test.skipIf(x)("B14: two", () => {})`)).toEqual([[['B14'], 'two']]);
  expect(found('describe(`F48: three (${transport})`, () => {})')).toEqual([[['F48'], 'three']]);
  expect(found(`it.each([\n  ['a', 1],\n])(\n    'C25: of %s',\n    (part) => {})`)).toEqual([
    [['C25'], 'of …'],
  ]);
  expect(found(`it.each(cases)('C28: $what stops the boot', refuse)`)).toEqual([
    [['C28'], '… stops the boot'],
  ]);
  expect(found(`it('F50, F51: four', {}, () => {})`)).toEqual([[['F50', 'F51'], 'four']]);
});

test('what begins otherwise is nobody’s, also when it mentions a number', () => {
  const sources = [
    `it('I3: invariant', f)`,
    `it('console C17: page', f)`,
    `it('as A1 says', f)`,
    `say('A1: x')`,
    `expect(a, 'A1: x')`,
  ];
  for (const source of sources) expect([found(source), problems(source)]).toEqual([[], []]);
});

test('a name that begins almost like a number is a problem', () => {
  for (const name of ['A17/C23: x', 'A1 x', 'C1/C16: x', 'A1,A2: x', 'D500: x'])
    expect(problems(`it('${name}', f)`)).toEqual([`a.test.ts: "${name}" is not of the form "A1: …"`]);
});
