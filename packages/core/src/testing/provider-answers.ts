import fc from 'fast-check';
import { anyValue, strangeText } from './odd-json.ts';

/** An answer of a provider as fuzzers send it. */
export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const errors = [
  'invalid_grant',
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'access_denied',
  'server_error',
  'slow_down',
  'temporarily_unavailable',
  'interaction_required',
  'expired_access_token',
].map((error) => JSON.stringify(error));

const often = (right: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 3, arbitrary: right }, { weight: 2, arbitrary: anyValue });

const json = (...texts: string[]) => fc.constantFrom(...texts);

/** Members that some reader looks at, right ones and any others. `⟦token⟧` stands for a new token. */
const known: Readonly<Record<string, fc.Arbitrary<string>>> = {
  access_token: often(json('"⟦token⟧"')),
  refresh_token: often(json('"⟦token⟧"')),
  token_type: often(json('"bearer"', '"Bearer"')),
  expires_in: often(json('3600', '"3600"', '1', '"1e3"', '99999999999', '"99999999999999999999"')),
  scope: often(
    json('"read"', '"read write"', '"read,write"', '["read"]', '"read\\u0000write"', '"\\ud800"', '""'),
  ),
  id_token: anyValue,
  id: often(json('"account-1"', '7')),
  name: often(json('"Somebody"', '"⟦sent⟧"')),
  sub: anyValue,
  avatar: often(json('"https://a.test/x.png"', '"javascript:alert(1)"', '"data:image/png;base64,AA"')),
  message: often(json('"⟦sent⟧"')),
  error: fc.oneof(fc.constantFrom(...errors), anyValue, json('"⟦sent⟧"')),
  error_description: often(json('"⟦sent⟧"', '"no"')),
  error_uri: anyValue,
  error_summary: anyValue,
  error_subtype: anyValue,
  error_codes: anyValue,
  suberror: anyValue,
  bot_id: anyValue,
  workspace_name: anyValue,
  workspace_icon: anyValue,
  data: anyValue,
};

const tokens = ['access_token', 'refresh_token', 'token_type', 'expires_in', 'scope'];
const words = [
  'error',
  'error_description',
  'message',
  'error_summary',
  'error_subtype',
  'error_codes',
  'suberror',
];

function objectOf(names: readonly string[], usually: boolean): fc.Arbitrary<string> {
  const members = names.map((name) => {
    const member = (known[name] ?? anyValue).map((value) => `${JSON.stringify(name)}:${value}`);
    return fc.oneof(
      { weight: usually ? 5 : 1, arbitrary: member },
      { weight: 1, arbitrary: fc.constant('') },
    );
  });
  const twice = fc.oneof(
    { weight: 6, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...names).chain((name) => anyValue.map((value) => `"${name}":${value}`)),
    },
  );
  return fc.tuple(...members, twice).map((parts) => `{${parts.filter((part) => part !== '').join()}}`);
}

const document = fc.oneof(
  { weight: 5, arbitrary: objectOf(tokens, true) },
  { weight: 3, arbitrary: objectOf(words, true) },
  { weight: 2, arbitrary: objectOf(['id', 'name', 'avatar', 'sub', 'data'], true) },
  { weight: 2, arbitrary: objectOf(Object.keys(known), false) },
  { weight: 1, arbitrary: anyValue },
);

/** What happens to a document on its way. */
const text = fc.oneof(
  { weight: 8, arbitrary: document },
  {
    weight: 2,
    arbitrary: fc
      .tuple(document, fc.nat({ max: 200 }))
      .map(([whole, keep]) => whole.slice(0, Math.min(keep, whole.length - 1))),
  },
  { weight: 1, arbitrary: document.map((whole) => `\ufeff${whole}`) },
  { weight: 1, arbitrary: document.map((whole) => `)]}'\n${whole}`) },
  { weight: 1, arbitrary: document.map((whole) => `${whole}${whole}`) },
  { weight: 1, arbitrary: document.map((whole) => `${whole}${' '.repeat(70_000)}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '<html><h1>⟦sent⟧</h1></html>',
      'error=invalid_grant',
      '⟦sent⟧',
      'x'.repeat(70_000),
    ),
  },
  { weight: 1, arbitrary: strangeText },
);

const statuses = fc.oneof(
  { weight: 5, arbitrary: fc.constant(200) },
  { weight: 3, arbitrary: fc.constantFrom(400, 401, 403) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(201, 204, 206, 301, 302, 304, 402, 404, 408, 429, 500, 502, 503, 529, 599),
  },
);

export const retryAfters = fc.oneof(
  fc.constantFrom(
    '0',
    '5',
    '-1',
    '1.5',
    '1e9',
    '99999999999999999999',
    'soon',
    '',
    ' 7 ',
    'Wed, 21 Oct 2015 07:28:00 GMT',
    'Wed, 21 Oct 2099 07:28:00 GMT',
    'Fri, 31 Dec 275760 23:59:59 GMT',
    '2099-01-01',
    '7, 9',
  ),
  fc.string({ maxLength: 12 }),
);

const contentTypes = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-16',
  'text/html',
  'application/x-www-form-urlencoded',
  'x',
);

const headers = fc
  .record(
    { 'retry-after': retryAfters, date: retryAfters, 'content-type': contentTypes },
    { requiredKeys: [] },
  )
  .map((given) => ({ ...given }));

/** As a provider should answer, but for one or two members: what gets past the first look. */
const nearlyRight: fc.Arbitrary<ProviderAnswer> = fc
  .array(
    fc.constantFrom(...tokens, 'id', 'name', 'avatar').chain((name) => anyMember(name)),
    {
      minLength: 1,
      maxLength: 2,
    },
  )
  .map((strange) => {
    const members: Record<string, string> = {
      access_token: '"⟦token⟧"',
      refresh_token: '"⟦token⟧"',
      token_type: '"bearer"',
      expires_in: '3600',
      scope: '"read"',
      id: '"account-1"',
      name: '"Somebody"',
      ...Object.fromEntries(strange),
    };
    const texts = Object.entries(members).map(([name, value]) => `"${name}":${value}`);
    return { status: 200, headers: { 'content-type': 'application/json' }, text: `{${texts.join()}}` };
  });

function anyMember(name: string): fc.Arbitrary<readonly [string, string]> {
  return fc.oneof(known[name] ?? anyValue, anyValue).map((value) => [name, value] as const);
}

/** Whatever a token, userinfo, validation or revocation endpoint may send. */
export const providerAnswers: fc.Arbitrary<ProviderAnswer> = fc.oneof(
  fc.record({ status: statuses, headers, text }),
  nearlyRight,
);
