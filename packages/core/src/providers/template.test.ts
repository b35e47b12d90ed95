import { expect, test } from 'vitest';
import { readAccount, resolvePointer } from './read-account.ts';
import { fillHeaders, fillJson, fillUrl, TemplateError } from './template.ts';

test('a value cannot leave its place in a URL', () => {
  expect(fillUrl('https://a.test/{{x}}/y?z={{x}}', { x: 'b/../c?d=e&f#g' })).toBe(
    'https://a.test/b%2F..%2Fc%3Fd%3De%26f%23g/y?z=b%2F..%2Fc%3Fd%3De%26f%23g',
  );
  for (const x of ['', '.', '..'])
    expect(() => fillUrl('https://a.test/{{x}}/y', { x })).toThrow(TemplateError);
});

test('a leading placeholder is a whole base URL, with or without a slash at its end', () => {
  expect(fillUrl('{{base}}/v2', { base: 'https://b.test/sub/' })).toBe('https://b.test/sub/v2');
  expect(fillUrl('{{base}}/v2', { base: 'https://b.test' })).toBe('https://b.test/v2');
});

test('a value cannot add a header, and the error does not repeat it', () => {
  for (const key of ['a\r\nx: y', 'a\nb', 'naïve“quoted”']) {
    expect(() => fillHeaders({ authorization: 'Bearer {{key}}' }, { key })).toThrow(
      'has a character that no key has',
    );
  }
  expect(fillHeaders({ authorization: 'Bearer {{key}}' }, { key: 'k$&1' })).toEqual({
    authorization: 'Bearer k$&1',
  });
});

test('a value cannot leave its JSON string', () => {
  const key = '","admin":true,"x":"\\';
  expect(JSON.parse(fillJson('{"key":"{{key}}"}', { key }))).toEqual({ key });
});

test('a name of the prototype is not a value', () => {
  expect(() => fillJson('{{constructor}}', {})).toThrow(TemplateError);
  expect(resolvePointer({}, '/constructor/name')).toBeUndefined();
});

test('pointers read through objects, arrays and escapes', () => {
  const document = { 'a/b': { '~c': [{ d: 1 }] } };
  expect(resolvePointer(document, '/a~1b/~0c/0/d')).toBe(1);
  expect(resolvePointer(document, '/a/b')).toBeUndefined();
});

test('an account is what is there: numbers as text, pictures that a page may show, nothing at all as null', () => {
  const pointers = { id: '/id', name: '/name', avatarUrl: '/picture' };
  expect(readAccount({ id: 7, name: ' A\u0000da ', picture: 'http://x.test/a.png' }, pointers)).toEqual({
    id: '7',
    name: 'A da',
    avatarUrl: null,
  });
  for (const picture of ['https://x.test/a.png', 'data:image/png;base64,AA==']) {
    expect(readAccount({ id: 'a', picture }, pointers)?.avatarUrl).toBe(picture);
  }
  for (const picture of ['javascript:alert(1)', 'data:text/html,x', 'https://x.test/" onload="', 7]) {
    expect(readAccount({ id: 'a', picture }, pointers)?.avatarUrl).toBeNull();
  }
  expect(readAccount({ id: '', name: {} }, pointers)).toBeNull();
  expect(readAccount(null, pointers)).toBeNull();
});
