import fc from 'fast-check';

/** Numbers of a pool: the newest first and most often, so that what a request made is what the next one uses. */
const newest = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.nat({ max: 8 }) },
  { weight: 1, arbitrary: fc.nat({ max: 59 }) },
);

const from = (...kinds: string[]) =>
  fc.tuple(fc.constantFrom(...kinds), newest).map(([kind, number]) => `⟦${kind}/${number}⟧`);

const ids = (kind: string) =>
  fc.oneof(
    { weight: 12, arbitrary: from(kind) },
    { weight: 4, arbitrary: from(`foreign-${kind}`) },
    { weight: 1, arbitrary: from('credential', 'authorization', 'lease', 'token') },
    { weight: 1, arbitrary: fc.constantFrom('cred_00000000000000000000000000', 'cred_', 'x', '-') },
  );

const collections: Readonly<Record<string, string>> = {
  credentials: 'credential',
  connect: 'credential',
  authorizations: 'authorization',
  leases: 'lease',
  'service-tokens': 'token',
};

const providers = fc.oneof(
  { weight: 6, arbitrary: fc.constant('sandbox') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('notion', 'onedrive', 'firecrawl', 'jina_reader', 'dropbox', 'google_drive'),
  },
  { weight: 1, arbitrary: fc.constantFrom('nobody', '__proto__', 'constructor', 'toString') },
);

/** Short: a wait is no finding, and takes time. */
const waits = fc.constantFrom('0', '0.05', '-0', '0e5', '');

const names: Readonly<Record<string, fc.Arbitrary<string>>> = {
  provider: providers,
  credentialId: ids('credential'),
  authorizationId: ids('authorization'),
  ticket: from('ticket'),
  code: fc.constantFrom(
    'forbidden',
    'swagger-ui.css',
    '../../../../package.json',
    '..%2f..%2fpackage.json',
    'constructor',
  ),
  cursor: ids('credential'),
  subject: ids('credential'),
  actor: ids('token'),
  after: fc.constantFrom('0', '1', '00000000000000000007', '999999999999999', '5'),
  lastEventId: fc.constantFrom('', '0', '3', '00000000000000000007'),
  workspace: fc.constantFrom('⟦workspace/0⟧', '⟦workspace/1⟧', 'ws_nobodys'),
  wait: waits,
  waitSeconds: fc.constantFrom('0', '0.05', '-0'),
  'idempotency-key': from('key'),
  adminToken: fc.constantFrom('⟦secret/3⟧', 'lk_wrong'),
  clientId: fc.constantFrom('fuzz-client', 'another'),
  clientSecret: from('secret'),
  'names of fields': fc.oneof(
    { weight: 9, arbitrary: fc.constant('apiKey') },
    { weight: 1, arbitrary: fc.constantFrom('baseUrl', 'integrationSecret', 'other', '__proto__') },
  ),
  'values of fields': fc.oneof(
    { weight: 4, arbitrary: from('secret') },
    { weight: 1, arbitrary: fc.constantFrom('sbx_valid_fuzz-ok', 'sbx-429', 'sbx-500') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('http://127.0.0.1:1', 'https://[::1]/', 'https://fuzz.invalid/x'),
    },
  ),
  'names of params': fc.constantFrom('tenant', 'tenant', 'other', '__proto__'),
  'values of params': fc.constantFrom('contoso.test', 'organizations', '../x', `${'a-'.repeat(200)}!`, ''),
  returnUrl: fc.constantFrom(
    'https://app.test/done?x=<fz-mark',
    'https://evil.test/',
    'javascript:alert(1)',
    'http://127.0.0.1/',
    'http://a\ud800/',
  ),
  expiresAt: fc.constantFrom(
    '2099-01-01T00:00:00Z',
    '2099-12-31T23:59:60Z',
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-23:59',
    '0000-01-01T00:00:00Z',
    '2000-01-01T00:00:00+14:00',
  ),
};

/** What a place wants that has this name, in the operations of this path. */
export function knownTexts(path: string, name: string): fc.Arbitrary<string> | null {
  if (name === 'id') {
    const collection = path.split('/').find((part) => Object.hasOwn(collections, part)) ?? 'credentials';
    const right = ids(collections[collection] ?? 'credential');
    return /\/(?:refresh|attempts)$/.test(path) ? fc.oneof(from('account'), right) : right;
  }
  return Object.hasOwn(names, name) ? (names[name] ?? null) : null;
}
