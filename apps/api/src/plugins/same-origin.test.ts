import { describe, expect, test } from 'vitest';
import { isSameOrigin } from './same-origin.ts';

const origin = 'https://keys.test';

describe('a write by session', () => {
  test.each([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ origin }, true],
    [{}, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin }, false],
    [{ origin: 'https://keys.test.evil.test' }, false],
    [{ origin: 'null' }, false],
  ])('with %j is ours: %s', (headers, expected) => {
    expect(isSameOrigin(headers, origin)).toBe(expected);
  });
});
