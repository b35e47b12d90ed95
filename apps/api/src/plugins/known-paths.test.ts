import { describe, expect, test } from 'vitest';
import { pathPattern } from './known-paths.ts';

describe('the pattern of a route', () => {
  test.each([
    ['/v1/credentials/:id', '/v1/credentials/cred_1', true],
    ['/v1/credentials/:id', '/v1/credentials/cred_1/', true],
    ['/v1/credentials/:id', '/v1/credentials', false],
    ['/v1/credentials/:id', '/v1/credentials/a/b', false],
    ['/openapi.json', '/openapiXjson', false],
    ['/docs/static/*', '/docs/static/a/b.js', true],
    ['/', '/', true],
  ])('%s and %s: %s', (route, path, expected) => {
    expect(pathPattern(route).test(path)).toBe(expected);
  });
});
