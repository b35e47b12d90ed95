import { describe, expect, test } from 'vitest';
import { isDatabaseAway } from './postgres-error.ts';

const withCode = (code: string) => Object.assign(new Error('whatever it says'), { code });

describe('isDatabaseAway', () => {
  test.each([
    withCode('57P01'),
    withCode('08006'),
    withCode('53300'),
    withCode('25P03'),
    withCode('25006'),
    withCode('40P01'),
    withCode('55000'),
    withCode('57014'),
    withCode('ECONNREFUSED'),
    new Error('Connection terminated unexpectedly'),
    new Error('Client has encountered a connection error and is not queryable'),
    new Error('timeout exceeded when trying to connect'),
    new Error('the ORM wraps it', { cause: withCode('57P01') }),
  ])('a lost or refused connection is "not now" (%#)', (error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  test.each([
    withCode('23505'),
    withCode('42601'),
    withCode('55006'),
    new Error('anything else'),
    'text',
    null,
  ])('anything else is not (%#)', (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});
