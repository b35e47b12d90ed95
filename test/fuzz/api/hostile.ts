import fc from 'fast-check';
import type { JsonText } from './json-text.ts';

/** Stands in a page as it is only where text is not escaped. */
export const markup = '"><fz-mark onload=x>\'';

/** A header of an answer only where a line break of a request gets through. */
export const splitHeader = 'x-fz-split';

/** What has broken parsers, databases, logs and pages before. `⟦long/n⟧` becomes so many characters. */
const notorious = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\u001b[31m',
  '\r\n',
  `x\r\n${splitHeader}: 1`,
  `%0d%0a${splitHeader}:%201`,
  '\u007f\u0085\u009f',
  '\u202eevil\u202c',
  '\u2028\u2029',
  '\ufeff',
  '\u200b',
  '\ud800',
  'a\udfff',
  '\udc00\ud800',
  `${'x'.repeat(198)}👩`,
  '👩‍👩‍👧‍👦',
  'é'.normalize('NFD'),
  'İ',
  markup,
  '</script><script>alert(1)</script>',
  '${7*7}{{7*7}}<%= 7*7 %>',
  "' or 1=1 --",
  '\\',
  '\\u0000',
  '../../../../etc/passwd',
  '%2e%2e%2f',
  '%00',
  '%',
  '%zz',
  '%c0%ae%ff',
  '%ED%A0%80',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'true',
  '-1',
  '1e400',
  '0x7f000001',
  '9007199254740993',
  '99999999999999999999',
  'a'.repeat(60) + '!',
  `${' '.repeat(120)}x`,
  '⟦long/101⟧',
  '⟦long/513⟧',
  '⟦long/5000⟧',
  '⟦long/20000⟧',
  '⟦long/300000⟧',
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...notorious) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme-composite', maxLength: 8 }) },
  {
    weight: 1,
    // UTF-16 units of any value: half of the pairs are broken.
    arbitrary: fc
      .array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 6 })
      .map((units) => String.fromCharCode(...units)),
  },
);

export const oddNumbers = [
  '-0',
  '0',
  '-1',
  '0.5',
  '1e-400',
  '1e400',
  '-1e400',
  '9007199254740991',
  '9007199254740993',
  '2147483648',
  '99999999999999999999999',
  '1E2',
  '61',
  '60.0000001',
  '86401',
];

/** No JSON at all. */
const brokenNumbers = ['NaN', 'Infinity', '-Infinity', '01', '+1', '0x10', '1.', '.5', 'undefined'];

const raw = (text: string): JsonText => ({ kind: 'raw', text });

export const hostileJson: fc.Arbitrary<JsonText> = fc.oneof(
  { weight: 4, arbitrary: hostileText.map((text): JsonText => ({ kind: 'string', text })) },
  { weight: 2, arbitrary: fc.constantFrom(...oddNumbers).map(raw) },
  { weight: 1, arbitrary: fc.constantFrom(...brokenNumbers).map(raw) },
  { weight: 2, arbitrary: fc.constantFrom('null', 'true', 'false', '[]', '{}', '[null]', '{"":0}').map(raw) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        '⟦deep/2000⟧',
        '⟦deep/60000⟧',
        '{"__proto__":{"isAdmin":true}}',
        '{"constructor":{"prototype":{"isAdmin":true}}}',
        '{"$ne":null}',
        '{"toString":"x","valueOf":1}',
      )
      .map(raw),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }).map(raw) },
);

export const oddNames = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'id',
    'workspaceId',
    'role',
    'status',
    'tokenVersion',
    'admin',
    '',
    '$where',
  ),
  hostileText,
);
