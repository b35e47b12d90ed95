import { describe, expect, it } from 'vitest';
import { Canaries } from './canaries.ts';

describe('the search for canaries', () => {
  const canaries = new Canaries();
  const value = canaries.make('key', 'sbx_valid_');
  const bytes = Buffer.from(value);

  it.each([
    ['plain text', `a ${value} b`],
    ['JSON', JSON.stringify({ a: { value } })],
    ['JSON in JSON', JSON.stringify(JSON.stringify({ value }))],
    ['a URL', `https://a.example/?${new URLSearchParams({ value }).toString()}`],
    ['a path', encodeURIComponent(value)],
    ['HTML', `<p>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')}</p>`],
    ['hex', `\\x00${bytes.toString('hex')}00`],
    ['base64', Buffer.concat([bytes, Buffer.from('tail')]).toString('base64')],
    [
      'base64 at an odd place',
      Buffer.concat([Buffer.from('u:'), bytes, Buffer.from('t')]).toString('base64'),
    ],
    ['base64url', Buffer.concat([Buffer.from('u'), bytes]).toString('base64url')],
    ['a piece of the middle', `…${value.slice(12, 21)}…`],
  ])('finds one in %s', (_name, text) => {
    expect(canaries.find('here', text).map(({ secret, source }) => [secret, source])).toContainEqual([
      'key',
      'here',
    ]);
  });

  it('finds none in what is no secret, a common prefix included', () => {
    expect(canaries.find('here', 'sbx_valid_another_key and [secret] and cred_06f3')).toEqual([]);
  });
});
