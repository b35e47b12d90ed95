import { describe, expect, test } from 'vitest';
import { limitClasses, type LimitClass } from './limit-classes.ts';
import { readRateLimits } from './read-rate-limits.ts';

describe('RATE_LIMITS', () => {
  test('unset is the table', () => {
    expect(readRateLimits().lease).toEqual({
      token: { name: 'lease.token', count: 12_000, seconds: 60 },
      workspace: { name: 'lease.workspace', count: 60_000, seconds: 60 },
      address: { name: 'lease.address', count: 60_000, seconds: 60 },
    });
    expect(readRateLimits('').health).toEqual({});
  });

  test('of a class changes what one token may do, and the other scopes with it', () => {
    const limits = readRateLimits('lease=100/10, key_check=5/60');
    expect(limits.lease.token).toEqual({ name: 'lease.token', count: 100, seconds: 10 });
    expect(limits.lease.address).toEqual({ name: 'lease.address', count: 500, seconds: 10 });
    expect(limits.key_check.workspace?.count).toBe(10);
    expect(limits.read).toEqual(readRateLimits().read);
  });

  test('of one scope holds wherever it stands', () => {
    for (const text of ['lease.address=7/1,lease=100/10', 'lease=100/10,lease.address=7/1']) {
      const { lease } = readRateLimits(text);
      expect([lease.token?.count, lease.workspace?.count, lease.address]).toEqual([
        100,
        500,
        { name: 'lease.address', count: 7, seconds: 1 },
      ]);
    }
  });

  test('may be JSON of the same', () => {
    expect(readRateLimits('{"lease":"100/10","read.address":"off"}')).toEqual(
      readRateLimits('lease=100/10,read.address=off'),
    );
  });

  test('off ends all limits, those of a class or of one scope', () => {
    expect(Object.values(readRateLimits('off')).every((limits) => Object.keys(limits).length === 0)).toBe(
      true,
    );
    expect(readRateLimits('read=off').read).toEqual({});
    expect(Object.keys(readRateLimits('read.workspace=off').read)).toEqual(['token', 'address']);
    expect(readRateLimits('guess=off').guess).toEqual({});
  });

  test.each([
    ['lease', '"lease=" is not a number of requests per seconds, such as lease=600/60, or off'],
    ['lease=0/60', '"lease=0/60" is not a number of requests per seconds, such as lease=600/60, or off'],
    ['lease=10', '"lease=10" is not a number of requests per seconds, such as lease=600/60, or off'],
    ['lease.process=1/1', '"lease.process" is not a limit; those of lease are per token, workspace, address'],
    ['lease.token.x=1/1', 'is not a class of limits'],
    ['health=1/1', '"health" is not a class of limits'],
    ['{"lease":', 'must be JSON such as'],
    ['{"lease":{"token":"1/1"}}', '"lease=[object Object]" is not a number'],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(() => readRateLimits(text)).toThrow(sentence);
  });

  test('has a row of limits for every class, named as the configuration names them', () => {
    for (const name of Object.keys(limitClasses) as LimitClass[]) {
      for (const [scope, limit] of Object.entries(readRateLimits()[name]))
        expect(limit.name).toBe(`${name}.${scope}`);
    }
  });
});
