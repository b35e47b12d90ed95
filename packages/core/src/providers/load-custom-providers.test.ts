import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { loadCatalogue } from './catalogue.ts';

// The example of the documentation, word for word.
const acme = {
  id: 'acme',
  label: 'Acme',
  docsUrl: 'https://acme.test/docs',
  allowedHosts: ['api.acme.test'],
  authMethods: [
    {
      type: 'api_key',
      fields: [{ name: 'apiKey', label: 'API key', secret: true, required: true }],
      validate: {
        method: 'GET',
        url: 'https://api.acme.test/me',
        headers: { authorization: 'Bearer {{apiKey}}' },
        accepted: [200],
        rejected: [401, 403],
        account: { id: '/id', name: '/name', avatarUrl: '/avatar' },
      },
    },
    {
      type: 'oauth2',
      authorizationEndpoint: 'https://acme.test/authorize',
      tokenEndpoint: 'https://api.acme.test/token',
      revocationEndpoint: 'https://api.acme.test/revoke',
      issuer: null,
      clientAuthentication: 'client_secret_basic',
      tokenRequestFormat: 'form',
      pkce: 'S256',
      scopes: ['read'],
      scopeSeparator: ' ',
      authorizationParams: {},
      refresh: {
        rotation: 'strict',
        graceSeconds: null,
        expiresInDefaultSeconds: null,
        idleDays: null,
        absoluteDays: null,
        oldAccessTokenSurvives: true,
      },
      userinfo: { method: 'GET', url: 'https://api.acme.test/me', account: { id: '/id', name: '/name' } },
    },
  ],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'providers-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, content: unknown) =>
  writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
const load = (allowInsecure: string[] = []) =>
  loadCatalogue({ providersDir: folder, endpointOverrides: {}, includeSandbox: false, allowInsecure });

async function linesOf(loading: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await loading.catch((reason: unknown) => reason);
  if (error instanceof ConfigurationError) return error.lines;
  throw new Error('The boot was expected to stop', { cause: error });
}

test('a file adds a provider with both of its methods', async () => {
  await write('acme.json', acme);
  await write('notes.txt', 'not a definition');
  const provider = (await load()).get('acme');
  expect(provider?.authMethods.map(({ type }) => type)).toEqual(['api_key', 'oauth2']);
});

test('every mistake in every file is one line with file, path and reason', async () => {
  await write('a.json', { ...acme, label: '' });
  await write('b.json', '{');
  await write('c.json', { ...acme, surprise: 1, authMethods: [{ ...acme.authMethods[0], fields: [] }] });
  const lines = await linesOf(load());
  expect(lines.some((line) => line.startsWith(`${join(folder, 'a.json')}: label: `))).toBe(true);
  expect(lines.some((line) => line.startsWith(`${join(folder, 'b.json')}: (file): not valid JSON`))).toBe(
    true,
  );
  expect(lines.some((line) => line.startsWith(`${join(folder, 'c.json')}: authMethods.0.fields: `))).toBe(
    true,
  );
  expect(lines.some((line) => line.includes('c.json') && line.includes('surprise'))).toBe(true);
});

test.each([
  ['a plain PKCE', { pkce: 'plain' }, 'authMethods.1.pkce'],
  ['an unknown rotation', { refresh: { rotation: 'sometimes' } }, 'authMethods.1.refresh.rotation'],
  ['a grace without seconds', { refresh: { rotation: 'grace' } }, 'authMethods.1.refresh.graceSeconds'],
  [
    'a grace that is over before a takeover',
    { refresh: { rotation: 'grace', graceSeconds: 59 } },
    'authMethods.1.refresh.graceSeconds',
  ],
  ['an unknown placeholder', { tokenEndpoint: 'https://api.acme.test/{{tenant}}/token' }, 'authMethods.1'],
  [
    'a placeholder in the host',
    { tokenEndpoint: 'https://{{tenant}}.acme.test/token' },
    'authMethods.1.tokenEndpoint',
  ],
  ['plain http', { tokenEndpoint: 'http://api.acme.test/token' }, 'authMethods.1.tokenEndpoint'],
  ['a host that is not allowed', { tokenEndpoint: 'https://evil.test/token' }, 'authMethods.1.tokenEndpoint'],
  [
    'a pattern that is none',
    { clientParams: [{ name: 't', label: 'T', default: 'x', pattern: '(' }] },
    'clientParams.0.pattern',
  ],
])('%s stops the boot and names its path', async (_, change, path) => {
  await write('acme.json', {
    ...acme,
    authMethods: [acme.authMethods[0], { ...acme.authMethods[1], ...change }],
  });
  const lines = await linesOf(load());
  expect(lines.every((line) => line.startsWith(`${join(folder, 'acme.json')}: `))).toBe(true);
  expect(lines.join()).toContain(path);
});

test('D34: a secret field in a URL stops the boot: URLs are logged by whoever stands in between', async () => {
  const [method] = acme.authMethods;
  for (const url of ['https://api.acme.test/me?key={{apiKey}}', 'https://api.acme.test/{{apiKey}}/me']) {
    const validate = { ...method?.validate, url, headers: {} };
    await write('acme.json', { ...acme, authMethods: [{ ...method, validate }] });
    expect(await linesOf(load())).toEqual([
      `${join(folder, 'acme.json')}: authMethods.0.validate.url: holds {{apiKey}}, which is secret: a header or the body carries it`,
    ]);
  }
});

test('plain http passes where the operator allowed its origin', async () => {
  const method = {
    ...acme.authMethods[0],
    validate: { ...acme.authMethods[0]?.validate, url: 'http://127.0.0.1:9/me' },
  };
  await write('acme.json', { ...acme, allowedHosts: ['127.0.0.1:9'], authMethods: [method] });
  expect((await load(['http://127.0.0.1:9'])).get('acme')).toBeDefined();
});

test('an id that is taken stops the boot, be it by a built-in provider or by another file', async () => {
  await write('a.json', acme);
  await write('b.json', acme);
  await write('c.json', { ...acme, id: 'notion' });
  expect(await linesOf(load())).toEqual([
    expect.stringContaining('b.json: id: "acme" is already taken'),
    expect.stringContaining('c.json: id: "notion" is already taken'),
  ]);
});

test('a folder that does not exist stops the boot', async () => {
  const missing = loadCatalogue({
    providersDir: join(folder, 'no'),
    endpointOverrides: {},
    includeSandbox: false,
  });
  expect((await linesOf(missing))[0]).toContain('PROVIDERS_DIR cannot be read: ENOENT');
});
