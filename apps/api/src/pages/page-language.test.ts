import { expect, test } from 'vitest';
import { pageLanguage } from './page-language.ts';

const asked = (header: string | null, cookies: Record<string, string> | null = {}) =>
  pageLanguage({
    cookies,
    raw: { headers: header === null ? {} : { 'accept-language': header } },
  } as Parameters<typeof pageLanguage>[0]);

test.each([
  ['de-CH, de;q=0.9, en;q=0.8', 'de'],
  ['en;q=0.5, ja;q=0.9', 'ja'],
  ['pt-PT', 'pt-BR'],
  ['zh-cn', 'zh-CN'],
  ['nl, fr;q=0.1', 'fr'],
  ['nl', 'en'],
  ['*', 'en'],
  ['de;q=0', 'en'],
  ['\u0000;;;,q=', 'en'],
  ['', 'en'],
  [null, 'en'],
])('a browser that asks for %j gets %s', (header, language) => {
  expect(asked(header)).toBe(language);
});

test('what our pages last spoke in this browser comes first, if it is a language of ours', () => {
  expect(asked('de', { latchkey_language: 'fr' })).toBe('fr');
  expect(asked('de', { latchkey_language: 'constructor' })).toBe('de');
});

test('a request that is refused before its cookies are read is answered as well', () => {
  expect(asked('de', null)).toBe('de');
});
