import { describe, expect, test } from 'vitest';
import { hostIsAllowed } from '../outbound/index.ts';
import { builtInProviders, loadCatalogue } from './catalogue.ts';
import type { AuthMethod, Provider } from './define-provider.ts';
import { endpointsOf } from './endpoints.ts';
import { sandbox, sandboxOrigin } from './sandbox.ts';

const everyProvider = [...builtInProviders, sandbox];
const everyMethod: [string, AuthMethod, Provider][] = everyProvider.flatMap((provider) =>
  provider.authMethods.map((method): [string, AuthMethod, Provider] => [
    `${provider.id} ${method.type}`,
    method,
    provider,
  ]),
);

function everyUrl(value: unknown): string[] {
  if (typeof value === 'string') return /^[a-z]+:\/\//i.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(everyUrl) : [];
}

describe('house rules of the whole catalogue', () => {
  test('no id and no label is used twice', () => {
    expect(new Set(everyProvider.map(({ id }) => id)).size).toBe(everyProvider.length);
    expect(new Set(everyProvider.map(({ label }) => label)).size).toBe(everyProvider.length);
  });

  test.each(everyProvider.map((provider) => [provider.id, provider] as const))(
    '%s: every URL is https, every called host is allowed, the sources are named',
    (_, provider) => {
      expect(everyUrl(provider).filter((url) => !url.startsWith('https://'))).toEqual([]);
      const called = endpointsOf(provider).filter(({ path }) => !path.endsWith('authorizationEndpoint'));
      expect(called.length).toBeGreaterThan(0);
      for (const { path, url } of called)
        expect([path, hostIsAllowed(url, provider.allowedHosts)]).toEqual([path, true]);
      const hosts = new Set(called.map(({ url }) => url.host));
      expect(
        provider.allowedHosts.filter((host) => !hosts.has(host)),
        'hosts that nothing needs',
      ).toEqual([]);
      expect(provider.sources.length).toBeGreaterThan(0);
    },
  );

  test.each(everyMethod)('%s: keys are secret, labelled and checked in a header', (_, method) => {
    if (method.type !== 'api_key') return;
    for (const field of method.fields) {
      expect(field.label).not.toBe('');
      if (/key|secret|token|password/i.test(field.name))
        expect([field.name, field.secret]).toEqual([field.name, true]);
      if (field.secret) {
        expect(field.default, 'a secret has no default').toBeNull();
        expect(method.validate.url, 'a secret is never in a URL').not.toContain(`{{${field.name}}}`);
        expect(JSON.stringify(method.validate.headers)).toContain(`{{${field.name}}}`);
      }
    }
    expect(method.fields.some(({ secret, required }) => secret && required)).toBe(true);
    expect(method.validate.rejected, 'neither credit nor limits nor outages mean a bad key').not.toEqual(
      expect.arrayContaining([
        expect.toSatisfy((status: number) => status === 402 || status === 429 || status >= 500),
      ]),
    );
  });

  test.each(everyMethod)(
    '%s: OAuth states rotation, PKCE, one client authentication and how it ends',
    (_, method, provider) => {
      if (method.type !== 'oauth2') return;
      expect(['none', 'rolling', 'grace', 'strict']).toContain(method.refresh.rotation);
      expect(['S256', 'none']).toContain(method.pkce);
      // The one provider of the catalogue without PKCE; another one is a decision to take here.
      expect(method.pkce === 'none').toBe(provider.id === 'notion');
      expect(Object.keys(method.authorizationParams)).not.toEqual(
        expect.arrayContaining([
          expect.stringMatching(
            /^(client_id|redirect_uri|response_type|scope|state|nonce|code_challenge.*)$/,
          ),
        ]),
      );
      for (const param of method.clientParams)
        expect(param.default).toMatch(new RegExp(`^(?:${param.pattern})$`));
      if (method.revocationEndpoint === null) expect(provider.id).toBe('onedrive');
    },
  );

  test('the client parameter of OneDrive cannot leave its path segment', () => {
    const tenant = everyMethod.find(([name]) => name === 'onedrive oauth2')?.[1];
    const pattern = new RegExp(`^(?:${tenant?.type === 'oauth2' ? tenant.clientParams[0]?.pattern : ''})$`);
    const good = [
      'common',
      'organizations',
      'contoso.onmicrosoft.com',
      '72f988bf-86f1-41af-91ab-2d7cd011db47',
    ];
    expect(good.filter((value) => !pattern.test(value))).toEqual([]);
    expect(
      ['', '.', '..', 'a/b', 'a?b', 'a#b', 'a%2fb', 'a b', '.a', 'a..b'].filter((value) =>
        pattern.test(value),
      ),
    ).toEqual([]);
  });
});

describe('a loaded catalogue', () => {
  const load = (endpointOverrides: Record<string, string>, includeSandbox = false) =>
    loadCatalogue({ providersDir: null, endpointOverrides, includeSandbox });

  test('lists the built-in providers and knows them by id', async () => {
    const catalogue = await load({});
    expect(catalogue.list().map(({ id }) => id)).toEqual([
      'notion',
      'jina_reader',
      'firecrawl',
      'google_drive',
      'dropbox',
      'onedrive',
    ]);
    expect(catalogue.get('notion')?.label).toBe('Notion');
    expect(catalogue.get('nope')).toBeUndefined();
  });

  test('has the sandbox only where it is asked for and runs somewhere', async () => {
    const where = { [sandboxOrigin]: 'http://127.0.0.1:4010' };
    expect((await load(where)).get('sandbox')).toBeUndefined();
    expect((await load({}, true)).get('sandbox')).toBeUndefined();
    const method = (await load(where, true)).get('sandbox')?.authMethods[1];
    expect(method).toMatchObject({
      issuer: 'http://127.0.0.1:4010/oidc',
      tokenEndpoint: 'http://127.0.0.1:4010/oidc/token',
    });
  });

  test('with every origin overridden names no real host any more', async () => {
    const origins = new Set(builtInProviders.flatMap(endpointsOf).map(({ url }) => url.origin));
    const overrides = Object.fromEntries(
      [...origins].map((origin, index) => [origin, `http://127.0.0.1:4010/${index}/`]),
    );
    for (const provider of (await load(overrides)).list()) {
      for (const { path, url } of endpointsOf(provider)) {
        if (path !== 'authMethods.0.fields.default') expect(url.host).toBe('127.0.0.1:4010');
        expect(url.pathname).not.toContain('//');
      }
      expect(provider.allowedHosts).toEqual(['127.0.0.1:4010']);
    }
  });

  test('keeps path, placeholders and query of an overridden URL', async () => {
    const catalogue = await load({ 'https://login.microsoftonline.com': 'http://127.0.0.1:4010/microsoft' });
    expect(catalogue.get('onedrive')?.authMethods[0]).toMatchObject({
      tokenEndpoint: 'http://127.0.0.1:4010/microsoft/{{tenant}}/oauth2/v2.0/token',
      userinfo: { url: 'https://graph.microsoft.com/v1.0/me' },
    });
  });
});
