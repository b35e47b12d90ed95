import { expect, it } from 'vitest';
import { readReport } from './read-report.ts';

const file = (status: string, ...tests: string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((each, index) => ({ status: each, fullName: `test ${index}` })),
});
const report = (...testResults: object[]) => readReport(JSON.stringify({ testResults }));

it('counts tests by how they ended and names those that were not run', () => {
  expect(report(file('failed', 'passed', 'failed', 'skipped'), file('passed', 'passed', 'todo'))).toEqual({
    passed: 2,
    failed: 1,
    skipped: ['test 2', 'test 1'],
  });
});

it('counts a file that failed before its first test as a failure', () => {
  expect(report(file('failed')).failed).toBe(1);
});

it('counts a file whose hook failed after passing tests as a failure', () => {
  expect(report(file('failed', 'passed')).failed).toBe(1);
});
