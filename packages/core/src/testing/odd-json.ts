import fc from 'fast-check';

/** Text that somebody upstream may have got wrong, or written on purpose. */
export const strangeText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\u001b[31mred',
    'line\r\nx-split: 1',
    '\u202eesrever\u2066',
    '\u2028\u2029\u0085',
    '\ufeff',
    '\ud800',
    'half \udfff',
    `${'x'.repeat(93)}👩 at the cut of a name`,
    `${'word '.repeat(39)}👩👩👩👩`,
    'y'.repeat(499) + '👩',
    '<script>alert(1)</script>"\'&',
    '__proto__',
    'constructor',
    'toString',
    '-1',
    '1e999',
    '3600; DROP',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'x'.repeat(5000),
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 8 })
    .map((units) => String.fromCharCode(...units)),
);

/** Any JSON value, as its text: numbers that no program holds, and nests that a parser has to survive. */
export const anyValue = fc.oneof(
  { weight: 4, arbitrary: strangeText.map((text) => JSON.stringify(text)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'null',
      'true',
      'false',
      '0',
      '-0',
      '-1',
      '0.5',
      '1e400',
      '-1e400',
      '9007199254740993',
      '1e-400',
      '[]',
      '{}',
      '[[]]',
      '["read","write"]',
      '[null,1,{"a":"b"}]',
      '{"toString":1,"valueOf":2}',
      '{"__proto__":{"status":200}}',
      '{".tag":"expired_access_token"}',
      '{"code":"invalid_grant"}',
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
    ),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
);
