import { describe, expect, test } from 'vitest';
import { canonicalJson, idempotencyKey, requestText } from './idempotency.ts';

describe('the key', () => {
  test('may be absent', () => {
    expect(idempotencyKey({})).toBeNull();
  });

  test.each(['a', 'x'.repeat(255), 'b7c1-…'.slice(0, 5)])('may be %j', (key) => {
    expect(idempotencyKey({ 'idempotency-key': key })).toBe(key);
  });

  test.each(['', 'x'.repeat(256), 'two words', 'tab\t', 'ümlaut', ['a', 'b']])('may not be %j', (key) => {
    expect(() => idempotencyKey({ 'idempotency-key': key })).toThrow('Idempotency-Key');
  });
});

describe('the same request', () => {
  const request = {
    method: 'POST',
    url: '/v1/credentials',
    body: { provider: 'notion', fields: { a: '1', b: '2' } },
    routeOptions: { schema: { body: {} } },
  };

  test('is the same however its members are ordered', () => {
    const other = { ...request, body: { fields: { b: '2', a: '1' }, provider: 'notion' } };
    expect(requestText(other)).toBe(requestText(request));
  });

  test.each([
    { method: 'PUT' },
    { url: '/v1/credentials?x=1' },
    { body: { provider: 'notion', fields: { a: '1', b: '3' } } },
    { body: undefined },
  ])('differs by %j', (change) => {
    expect(requestText({ ...request, ...change })).not.toBe(requestText(request));
  });

  test('takes no notice of a body that its route does not take, however deep', () => {
    const plain = { ...request, url: '/v1/credentials/cred_1/validate', routeOptions: { schema: {} } };
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(requestText({ ...plain, body: deep })).toBe(requestText({ ...plain, body: undefined }));
  });

  test('keeps the order of lists', () => {
    expect(canonicalJson({ list: [2, 1] })).not.toBe(canonicalJson({ list: [1, 2] }));
  });
});
