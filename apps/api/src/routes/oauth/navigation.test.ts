import { describe, expect, test } from 'vitest';
import { isNavigation } from './navigation.ts';

describe('a person opens the address', () => {
  test.each([
    ['GET', {}, true],
    ['GET', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, true],
    ['GET', { 'sec-fetch-mode': 'cors' }, true],
    ['HEAD', {}, false],
    ['GET', { 'sec-purpose': 'prefetch' }, false],
    [
      'GET',
      { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      false,
    ],
    ['GET', { purpose: 'prefetch' }, false],
    ['GET', { 'x-moz': 'prefetch' }, false],
    ['GET', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }, false],
    ['GET', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }, false],
  ])('%s %j: %s', (method, headers, expected) => {
    expect(isNavigation({ method, headers })).toBe(expected);
  });
});
